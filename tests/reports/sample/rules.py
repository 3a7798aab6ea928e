"""What a catalogue would say of each kind of fault in the samples: their snapshots must not move when the catalogue is reworded."""

from __future__ import annotations

from dataclasses import dataclass

from checks.model import Severity

INDICATORS = "国办秘函〔2019〕19号《政府网站检查指标》"
DESIGN = "国办发〔2017〕47号《政府网站发展指引》附件《网页设计规范》"
OURS = "本程序的建议，没有官方条文"
FOOT = "扣分指标 功能设计 网站标识"
LINKS = "扣分指标 链接可用性"
GRAVE = "单项否决 安全、泄密事故等严重问题"


@dataclass(frozen=True)
class Rule:
    """One entry."""

    title: str
    severity: Severity
    advice: str
    indicator: str
    source: str
    basis: str


RULES = {
    ("error-report-entry", "missing"): Rule(
        "页面没有“我为政府网站找错”入口",
        "deduction",
        "在全站公共页脚引入国家平台的找错脚本，sitecode 填写本网站标识码，并确认该栏目的模板引用了公共页脚。",
        "扣分指标 功能设计 我为政府网站找错",
        INDICATORS,
        "second-hand",
    ),
    ("error-report-entry", "legacy"): Rule(
        "找错入口指向已停用的旧地址",
        "caution",
        "把脚本地址改为国家平台的现行地址。",
        "功能设计 我为政府网站找错",
        "国家平台公开的接入说明",
        "assumed",
    ),
    ("column-updates", "overdue"): Rule(
        "栏目超期未更新",
        "deduction",
        "及时更新该栏目；长期没有内容的，合并或归档，并在归档页注明。",
        "单项否决 栏目不更新；扣分指标 动态要闻",
        INDICATORS,
        "second-hand",
    ),
    ("column-updates", "blank"): Rule("空白栏目", "deduction", "补充内容或撤下空白栏目。", "单项否决 空白栏目", INDICATORS, "second-hand"),
    ("ipv6", "one-v6-name-server"): Rule(
        "只有一台域名服务器支持 IPv6", "caution", "为其余域名服务器配置 IPv6 地址并确认能应答。", "功能设计 IPv6 改造", OURS, "none"
    ),
    ("interaction-statistics", "stale"): Rule(
        "受理反馈统计超过一年没有更新",
        "caution",
        "每季度或每年公布受理、办结情况的统计数据。",
        "互动交流 留言公开",
        "国办秘函〔2019〕19号",
        "assumed",
    ),
    ("interaction-channel", "unanswered"): Rule(
        "有效留言超过 3 个月未答复", "veto", "立即答复并公开答复内容；建立催办和预警。", "单项否决 互动回应差", INDICATORS, "second-hand"
    ),
    ("home-updates", "stale"): Rule(
        "首页超过两周没有更新", "veto", "立即更新首页，落实信息发布值班制度。", "单项否决 首页不更新", INDICATORS, "second-hand"
    ),
    ("availability", "unreachable-week"): Rule(
        "一周内首页打不开的次数达到 5%",
        "veto",
        "查明打不开的时段和原因：域名解析、线路、服务器负载、防护设备的误拦。",
        "单项否决 站点无法访问",
        INDICATORS,
        "second-hand",
    ),
    ("availability", "intermittent"): Rule(
        "首页时通时断",
        "caution",
        "检查服务器负载、线路和负载均衡后的各台主机。",
        "单项否决 站点无法访问",
        "一次检查不构成否决，仅供参考",
        "none",
    ),
    ("site-identity", "missing-conac"): Rule(
        "页面底部没有党政机关网站标识",
        "deduction",
        "在全站公共页脚加挂党政机关网站标识，首页、栏目页、文章页都应显示。",
        FOOT,
        DESIGN,
        "second-hand",
    ),
    ("site-identity", "missing-police"): Rule(
        "页面底部没有公安机关备案标识", "deduction", "在全站公共页脚写明公安机关备案编号，并链接到查询页面。", FOOT, DESIGN, "second-hand"
    ),
    ("site-identity", "missing-contact"): Rule(
        "页面底部没有联系方式", "deduction", "在全站公共页脚写明联系方式（电话、邮箱或地址）。", FOOT, DESIGN, "second-hand"
    ),
    ("page-tags", "column-missing"): Rule(
        "栏目页缺少栏目标签",
        "deduction",
        "在栏目模板的 <head> 中写 ColumnName、ColumnDescription、ColumnKeywords、ColumnType 四个 meta 标签。",
        "扣分指标 功能设计 页面标签",
        DESIGN,
        "second-hand",
    ),
    ("page-tags", "column-empty"): Rule(
        "栏目标签为空",
        "deduction",
        "在内容管理系统的栏目设置里填写栏目说明、关键词和类别。",
        "扣分指标 功能设计 页面标签",
        DESIGN,
        "second-hand",
    ),
    ("page-tags", "content-missing"): Rule(
        "内容页缺少内容标签",
        "deduction",
        "在文章模板的 <head> 中写 ArticleTitle、PubDate、ContentSource 三个 meta 标签。",
        "扣分指标 功能设计 页面标签",
        DESIGN,
        "second-hand",
    ),
    ("page-tags", "pubdate-form"): Rule(
        "PubDate 的写法不规范", "caution", "写成 YYYY-MM-DD HH:MM。", "扣分指标 功能设计 页面标签", DESIGN, "assumed"
    ),
    ("links", "broken-link"): Rule(
        "链接打不开",
        "deduction",
        "更正或删除这个链接；内容搬家的改为新地址，内容撤下的同时撤下首页和栏目中的链接。",
        LINKS,
        INDICATORS,
        "second-hand",
    ),
    ("links", "broken-image"): Rule(
        "图片不显示", "deduction", "补上图片文件或更正模板中的图片地址；图片在模板里的，改一处即可。", LINKS, INDICATORS, "second-hand"
    ),
    ("links", "dead-host"): Rule(
        "链接的网站已不存在或连接不上",
        "deduction",
        "确认该网站是否已经关停或更换域名；已关停的，删除所有指向它的链接，以免域名被他人注册后用于不良内容。",
        LINKS,
        INDICATORS,
        "second-hand",
    ),
    ("links", "hijacked"): Rule(
        "链接指向赌博、色情或违规药品内容",
        "deduction",
        "立即删除该链接；核查链接是编辑写入的还是被人篡改的，同时报告网络安全主管部门。",
        GRAVE,
        INDICATORS,
        "second-hand",
    ),
    ("links", "wrong-answer"): Rule("链接打开的不是原来的内容", "caution", "核对链接，更正或删除。", LINKS, OURS, "none"),
    ("hidden-links", "hidden-bad-links"): Rule(
        "页面藏有指向博彩、色情、假药等网站的暗链",
        "deduction",
        "立即删除暗链代码，检查同一模板的全部页面，排查服务器和后台账号的漏洞，保留日志并按规定报告；人工确认后处理。",
        GRAVE,
        INDICATORS,
        "second-hand",
    ),
    ("hidden-links", "hidden-outside-links"): Rule(
        "页面有访问者看不见的外部链接，用途不明",
        "candidate",
        "核对这些链接是否由本单位设置；不知来历的，按暗链处理。",
        GRAVE,
        "指标没有写明，须人工确认",
        "none",
    ),
    ("https", "expiring"): Rule(
        "证书即将到期", "caution", "在到期前更换证书，并设置到期提醒或自动续期。", "本程序附加 HTTPS", OURS, "none"
    ),
    ("https", "mixed-active"): Rule(
        "HTTPS 页面以 HTTP 加载脚本、样式或框架",
        "caution",
        "把页面和模板中的 http:// 资源地址改为 https:// 或相对地址。",
        "本程序附加 HTTPS",
        OURS,
        "none",
    ),
    ("https", "mixed-passive"): Rule(
        "HTTPS 页面以 HTTP 加载图片或音视频",
        "caution",
        "把页面和模板中的 http:// 资源地址改为 https:// 或相对地址。",
        "本程序附加 HTTPS",
        OURS,
        "none",
    ),
}
