"""A local site of many pages, served by nginx when it is installed, else by a small server in its own process."""

from __future__ import annotations

import asyncio
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WORDS = "关于印发推进营商环境建设工作方案的通知公示乡村振兴教育医疗社会保障项目建设安全生产会议召开检查督导".strip()


_FOOT = "主办单位：青禾县人民政府办公室 网站标识码：6200000001 <script id=_jiucuo_ sitecode=6200000001 src=https://zfwzgl.www.gov.cn/exposure/jiucuo.js></script>"

LAYOUTS = 3
"""Templates of a site without the entry."""


_FOOT = """<p>主办单位：青禾县人民政府办公室　联系电话：0999-5550101</p>
<p>网站标识码：6200000001 <a href="https://beian.miit.gov.cn/" target=_blank>青ICP备10000001号</a>
<a href="https://www.beian.gov.cn/portal/registerSystemInfo?recordcode=62000002000001"><img src=/images/police.png>青公网安备 62000002000001号</a></p>
<span id=_ideConac><a href="//bszs.conac.cn/sitename?method=show&id=0A1B2C3D4E5F60718293A4B5C6D7E8F9"><img id=imgConac src=/images/red.png></a></span>
<script id=_jiucuo_ sitecode=6200000001 src=https://zfwzgl.www.gov.cn/exposure/jiucuo.js></script>"""

LAYOUTS = 3
"""Templates of a site without the entry."""
_TAGS = (
    "<meta name=SiteName content=青禾县人民政府><meta name=SiteDomain content=127.0.0.1><meta name=SiteIDCode content=6200000001>"
    "<meta name=ArticleTitle content=第{number}页><meta name=PubDate content='2026-08-01 08:30'><meta name=ContentSource content=县政府办>"
)
_SCRIPTS = "".join(f"<script src=/js/part{n}.js></script>\n" for n in range(6)) + "".join(
    f"<script>var part{n} = {{ delay: {n}00, name: 'part{n}', on: true }}; window.parts = (window.parts || []).concat(part{n});</script>\n"
    for n in range(4)
)


def build(folder: Path, pages: int, *, entry: bool = True) -> None:
    """Write ``pages`` pages like the median of 63 saved real pages of 12 to 32 KB: 20 KB, some 210 elements, 50 links, 11 scripts, a whole
    foot. Page 0 is the home page, every page is reachable from it.

    Without ``entry`` no page carries the 找错 entry or the footer's facts, and pages are laid out in `LAYOUTS` ways: what is then doubted
    must be rendered per layout, not per page.
    """
    rng = random.Random(7)
    menu = "".join(f"<li><a href='/c{n}/'>栏目{n}</a></li>" for n in range(20))
    filler = "".join(rng.choices(WORDS, k=60))
    for number in range(pages):
        targets = [2 * number + 1, 2 * number + 2, *(rng.randrange(pages) for _ in range(24))]
        items = "".join(
            f"<li><a href='/p/{target}.html' title='{filler[: 20 + target % 20]}'>{filler[: 20 + target % 20]}</a><span>2026-08-{1 + target % 20:02d}</span></li>"
            for target in targets
            if target < pages
        )
        body = "".join(f"<p style='text-indent:2em'><span>{''.join(rng.choices(WORDS, k=170))}</span></p>" for _ in range(20))
        foot = _FOOT if entry else "".join(f"<section class=layout{'abc'[n]}></section>" for n in range(number % LAYOUTS))
        html = (
            f"<!DOCTYPE html><html><head><meta charset=utf-8><title>第{number}页</title>{_TAGS.format(number=number)}{_SCRIPTS}</head><body>"
            f"<div class=header><ul class=nav>{menu}</ul></div><div class=crumb>当前位置：<a href=/>首页</a></div><div class=main><h1>第{number}页</h1>"
            f"<div class=info>发布时间：2026-08-01 来源：县政府办</div>{body}<ul class=list>{items}</ul></div>"
            f"<div class=footer>{foot}</div></body></html>"
        )
        path = folder / ("index.html" if number == 0 else f"p/{number}.html")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8")
    for number in range(20):
        column = folder / f"c{number}" / "index.html"
        column.parent.mkdir(exist_ok=True)
        column.write_text((folder / "p" / f"{number + 1}.html").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "js").mkdir()
    for number in range(6):
        (folder / "js" / f"part{number}.js").write_text(f"window.loaded{number} = true;\n", encoding="utf-8")
    (folder / "robots.txt").write_text("User-agent: *\nAllow: /\n", encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, str]]:
    """``(address, server name)`` of the folder served over HTTP on loopback until the block ends."""
    port = _free_port()
    nginx = shutil.which("nginx")
    if nginx:
        folder.chmod(0o755)
        config = folder.parent / "nginx.conf"
        config.write_text(
            f"daemon off; worker_processes 1; user root; pid {folder.parent}/nginx.pid; error_log {folder.parent}/nginx.log; events {{}}\n"
            f"http {{ access_log off; types {{ text/html html; text/plain txt; application/javascript js; }} charset utf-8; keepalive_requests 100000;\n"
            f"server {{ listen 127.0.0.1:{port}; root {folder}; }} }}\n",
            encoding="utf-8",
        )
        command = [nginx, "-c", str(config), "-p", str(folder.parent)]
    else:
        command = [sys.executable, "-m", "tests.bench.site", str(folder), str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait(port, process)
        yield f"http://127.0.0.1:{port}/", "nginx" if nginx else "bundled server"
    finally:
        process.terminate()
        process.wait(10)


def _wait(port: int, process: subprocess.Popen[bytes], address: str = "127.0.0.1") -> None:
    for _ in range(100):
        if process.poll() is not None:
            raise RuntimeError(f"the benchmark's web server ended with {process.returncode}")
        try:
            socket.create_connection((address, port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the benchmark's web server did not answer")


async def _serve(folder: Path, port: int) -> None:
    files = {f"/{path.relative_to(folder)}": path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            while (await reader.readline()).strip():
                pass
            target = line.split()[1].decode()
            body = files.get(target + "index.html" if target.endswith("/") else target)
            kind = "text/plain" if target.endswith(".txt") else "text/html; charset=utf-8"
            head = f"HTTP/1.1 {200 if body is not None else 404} OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body or b'')}\r\n\r\n"
            writer.write(head.encode() + (body or b""))
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2])))
