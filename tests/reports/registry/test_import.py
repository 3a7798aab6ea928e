"""Importing the registry: all rows or none, every fault named at once, a site found again whatever became of its address or code."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.registry import CrawlOptions
from crawler.site import DeclaredColumn
from reports.commands.options import UsageProblem
from reports.registry_import import remove
from tests.reports.registry.sheets import DAY, SITES, UNITS, Cell, book, held, put

Sheet = list[list[Cell]]


def test_a_filled_in_file_is_put_in_whole(tmp_path: Path) -> None:
    sites: Sheet = [
        ["名称", "网址", "标识码", "单位", "类型", "集约化平台", "有服务事项", "其他域名", "最多页数", "间隔秒"],
        [
            "青禾市人民政府",
            "https://www.qinghe-test.gov.cn",
            9910000001,
            "青禾市",
            "门户网站",
            "是",
            "是",
            "wap.qinghe-test.gov.cn",
            200,
            1.5,
        ],
        ["青禾市统计局", "http://tjj.qinghe-test.gov.cn/", "BM99000001", "青禾市", "部门网站", "否", "否", "", None, None],
    ]
    columns = [["网站", "栏目名称", "栏目网址", "类别", "更新周期天"]]
    columns.append(["tjj.qinghe-test.gov.cn", "通知公告", "http://tjj.qinghe-test.gov.cn/tzgg/", "通知公告", "180"])
    accounts = [["平台", "账号", "名称", "单位"], ["微信公众号", "gh_1", "青禾发布", "青禾市"]]
    found = put(tmp_path, 单位=UNITS, 网站=sites, 栏目=columns, 账号=accounts)
    first, second = found.sites
    assert (first.key, first.url, first.aliases, first.intensive) == (
        "9910000001",
        "https://www.qinghe-test.gov.cn/",
        ("wap.qinghe-test.gov.cn",),
        True,
    )
    assert first.options == CrawlOptions(max_pages=200, delay=1.5)
    assert (second.key, second.kind, second.has_services) == ("bm99000001", "department", False)
    assert second.columns == (DeclaredColumn("http://tjj.qinghe-test.gov.cn/tzgg/", "通知公告", "notice", 180),)
    assert [(each.account, each.unit) for each in found.accounts] == [("gh_1", "青禾市")]


def _site(**changed: str) -> dict[str, str]:
    return {"名称": "新网站", "网址": "http://new-test.gov.cn/", "标识码": "9910000009", "单位": "青禾市"} | changed


BAD = {
    "a code of nine digits": (_site(标识码="991000000"), "标识码", "有 9 个字符，应为 10 位数字"),
    "a code with letters": (_site(标识码="bx00000001"), "标识码", "应为 10 位数字，或 bm 加 8 位数字"),
    "a code another row has": (_site(标识码="9910000002"), "标识码", "与第 3 行重复"),
    "no address": (_site(网址=""), "网址", "没有填写"),
    "an address that is none": (_site(网址="青禾市政府"), "网址", "不是网址"),
    "an address without scheme": (_site(网址="new-test.gov.cn"), "网址", "缺少 http:// 或 https://"),
    "an address of another scheme": (_site(网址="ftp://new-test.gov.cn/"), "网址", "不是网址"),
    "the address of another row": (_site(网址="http://qinghe-test.gov.cn"), "网址", "与第 2 行重复"),
    "a unit nobody knows": (_site(单位="黄花市"), "单位", "没有单位“黄花市”"),
    "a kind that is none": (_site(类型="门户"), "", ""),
    "an unknown kind": (_site(类型="商业网站"), "类型", "只能是 门户网站、部门网站"),
    "an unknown state": (_site(状态="迁移"), "状态", "只能是 在办、已关停"),
    "neither yes nor no": (_site(集约化平台="也许"), "集约化平台", "只能是 是、否"),
    "pages that are no number": (_site(最多页数="很多"), "最多页数", "整数"),
    "no pages": (_site(最多页数="0"), "最多页数", "整数"),
    "half a page": (_site(最多页数="1.5"), "最多页数", "整数"),
    "a delay below zero": (_site(间隔秒="-1"), "间隔秒", "数字"),
    "a delay that is nan": (_site(间隔秒="nan"), "间隔秒", "数字"),
    "an alias with a path": (_site(其他域名="a.gov.cn/x"), "其他域名", "只写主机名"),
    "a day that is none": (_site(状态="已关停", 关停日期="2026-02-30"), "关停日期", "不是日期"),
    "an open site with a closing day": (_site(关停日期="2026-08-01"), "关停日期", "不应有关停日期"),
    "a formula for a code": (_site(标识码="=1+1"), "标识码", "“=1+1”有 4 个字符"),
}


@pytest.mark.parametrize(("row", "column", "text"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_named_by_sheet_row_and_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], row: dict[str, str], column: str, text: str
) -> None:
    names = list(dict.fromkeys([*SITES[0], *row]))
    good = [[*line, *[""] * (len(names) - len(line))] for line in SITES[1:]]
    sheets = {"单位": UNITS, "网站": [names, *good, [row.get(name, "") for name in names]]}
    if not text:
        assert len(put(tmp_path, **sheets).sites) == 3  # the harmless twin: a short word that is understood
        return
    with pytest.raises(UsageProblem, match=r"共有 1 处错误，整份都没有导入"):
        put(tmp_path, **sheets)
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1 and told[0].startswith(f"登记表.xlsx “网站”表第 4 行“{column}”：") and text in told[0], told
    assert not held(tmp_path).sites


def test_every_fault_of_a_file_is_named_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    units = [*UNITS, ["甲", "", "", "乙"], ["乙", "", "", "甲"], ["丙", "", "", "丁"], ["青禾市", "", "", ""]]
    sites = [*SITES, ["", "x", "1", "戊", "?"]]
    columns = [["网站", "栏目网址", "类别"], ["9910000001", "不是网址 ", "怪栏目"], ["没有的网站", "http://a-test.gov.cn/1/", ""]]
    accounts = [["平台", "账号", "单位"], ["微博", "1", "青禾市"], ["微博", "1", "青禾市"], ["", "2", "己"]]
    with pytest.raises(UsageProblem, match="整份都没有导入"):
        put(tmp_path, 单位=units, 网站=sites, 栏目=columns, 账号=accounts, 站点=[["名称"]])
    told = capsys.readouterr().err
    for part in (
        "“站点”表：不认识这张表",
        "“单位”表第 4 行“上级单位”：上级单位绕成了圈：甲 → 乙 → 甲",
        "“单位”表第 5 行“上级单位”：上级单位绕成了圈",
        "“单位”表第 6 行“上级单位”：没有单位“丁”",
        "“单位”表第 7 行“名称”：单位名称“青禾市”与第 2 行重复",
        "“网站”表第 4 行“名称”：没有填写",
        "“网站”表第 4 行“网址”",
        "“网站”表第 4 行“标识码”",
        "“网站”表第 4 行“单位”",
        "“网站”表第 4 行“类型”",
        "“栏目”表第 2 行“栏目网址”",
        "“栏目”表第 2 行“类别”",
        "“栏目”表第 3 行“网站”：没有网站“没有的网站”",
        "“账号”表第 3 行“账号”：平台和账号“微博、1”与第 2 行重复",
        "“账号”表第 4 行“平台”：没有填写",
        "“账号”表第 4 行“单位”：没有单位“己”",
    ):
        assert part in told, (part, told)
    assert held(tmp_path).units == ()


def test_a_site_keeps_its_key_when_its_code_or_its_address_changes(tmp_path: Path) -> None:
    put(tmp_path, 单位=UNITS, 网站=SITES)
    moved = [SITES[0], ["青禾市人民政府", "https://new.qinghe-test.gov.cn/portal/", "9910000001", "青禾市", ""]]
    assert [site.url for site in put(tmp_path, 网站=moved).sites if site.key == "9910000001"] == ["https://new.qinghe-test.gov.cn/portal/"]
    recoded = [SITES[0], ["青禾市人民政府", "http://new.qinghe-test.gov.cn/portal", "9910000088", "青禾市", ""]]
    found = put(tmp_path, 网站=recoded).sites
    assert [(site.key, site.code) for site in found] == [("9910000001", "9910000088"), ("9910000002", "9910000002")]


def test_a_site_without_code_is_found_again_by_its_host_and_gets_the_code_under_its_old_key(tmp_path: Path) -> None:
    head = SITES[0]
    put(tmp_path, 单位=UNITS, 网站=[head, ["甲", "http://www.jia-test.gov.cn/", "", "青禾市", ""]])
    assert [site.key for site in put(tmp_path, 网站=[head, ["甲", "https://jia-test.gov.cn/index/", "", "青禾市", ""]]).sites] == [
        "jia-test.gov.cn"
    ]
    found = put(tmp_path, 网站=[head, ["甲", "https://jia-test.gov.cn/index/", "9910000007", "青禾市", ""]]).sites
    assert [(site.key, site.code) for site in found] == [("jia-test.gov.cn", "9910000007")]


def test_two_sites_on_one_host_are_two_sites_when_their_codes_tell_them_apart(tmp_path: Path) -> None:
    rows = [["甲", "http://p-test.gov.cn/jia/", "9910000011", "青禾市", ""], ["乙", "http://p-test.gov.cn/yi/", "9910000012", "青禾市", ""]]
    put(tmp_path, 单位=UNITS, 网站=[SITES[0], rows[0]])
    assert [site.key for site in put(tmp_path, 网站=[SITES[0], rows[1]]).sites] == ["9910000011", "9910000012"]


def test_two_sites_of_one_host_without_codes_can_not_share_the_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["甲", "http://p-test.gov.cn/jia/", "", "青禾市", ""], ["乙", "http://p-test.gov.cn/yi/", "", "青禾市", ""]]
    with pytest.raises(UsageProblem, match="共有 1 处"):
        put(tmp_path, 单位=UNITS, 网站=[SITES[0], *rows])
    assert "第 3 行“登记编号”" in capsys.readouterr().err


def test_a_code_or_an_address_that_a_site_beside_the_file_has_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, 单位=UNITS, 网站=SITES)
    head = ["登记编号", *SITES[0]]
    with pytest.raises(UsageProblem, match="共有 2 处"):
        put(tmp_path, 网站=[head, ["另一个", "丙", "http://www.qinghe-test.gov.cn/", "9910000002", "青禾市", ""]])
    told = capsys.readouterr().err
    assert "已登记给“柳浪县人民政府”（9910000002）" in told and "已登记给“青禾市人民政府”（9910000001）" in told


def test_what_the_file_does_not_mention_stays(tmp_path: Path) -> None:
    head = [*SITES[0], "最多页数", "其他域名"]
    full = [head, *[[*row, "50", "m.qinghe-test.gov.cn" if "青禾市" in row else ""] for row in SITES[1:]]]
    columns = [["网站", "栏目网址"], ["9910000001", "http://www.qinghe-test.gov.cn/a/"]]
    put(tmp_path, 单位=UNITS, 网站=full, 栏目=columns)
    first, second = put(tmp_path, 网站=[["名称", "网址", "单位"], ["青禾市政府", "https://www.qinghe-test.gov.cn/", "青禾市"]]).sites
    assert (first.name, first.code, first.options.max_pages, first.aliases) == ("青禾市政府", "9910000001", 50, ("m.qinghe-test.gov.cn",))
    assert len(first.columns) == 1 and second.name == "柳浪县人民政府"
    assert put(tmp_path, 网站=SITES, 栏目=[["网站", "栏目网址"]]).sites[0].columns == ()


def test_a_closed_site_keeps_its_row_and_comes_back_under_its_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, 单位=UNITS, 网站=SITES)
    head = [*SITES[0], "状态"]
    assert [site.removed_on for site in put(tmp_path, 网站=[head, [*SITES[1], "已关停"]]).sites] == [DAY, None]
    assert [site.removed_on for site in put(tmp_path, 网站=[head, [*SITES[1], "在办"]]).sites] == [None, None]
    capsys.readouterr()
    remove(tmp_path / "oversight.db", "www.liulang-test.gov.cn", DAY)
    assert "9910000002 柳浪县人民政府 自 2026-08-20 起不再检查" in capsys.readouterr().out
    assert [site.removed_on for site in held(tmp_path).sites] == [None, DAY]


def test_a_dry_run_says_what_would_change_and_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, 单位=UNITS, 网站=SITES, dry=True)
    told = capsys.readouterr().out
    assert "新增 网站 9910000001 青禾市人民政府" in told and "如果导入，将有：单位 新增 2；网站 新增 2。（--dry-run，没有写入）" in told
    put(tmp_path, 单位=UNITS, 网站=SITES)
    before = held(tmp_path)
    changed = [[*SITES[0], "状态"], [*SITES[1], "已关停"], ["柳浪县政府网", *SITES[2][1:], ""]]
    capsys.readouterr()
    assert put(tmp_path, 网站=changed, dry=True) == before
    told = capsys.readouterr().out
    assert "关停 网站 9910000001 青禾市人民政府　状态：在办 → 已关停；关停日期：（空） → 2026-08-20" in told
    assert "变更 网站 9910000002 柳浪县政府网　名称：柳浪县人民政府 → 柳浪县政府网" in told
    put(tmp_path, 网站=SITES)
    assert "没有差异" in capsys.readouterr().out


def test_a_dry_run_makes_no_database(tmp_path: Path) -> None:
    from reports.registry_import import take

    take(tmp_path / "none.db", book(tmp_path / "a.xlsx", 单位=UNITS), DAY, dry=True)
    assert not (tmp_path / "none.db").exists()
