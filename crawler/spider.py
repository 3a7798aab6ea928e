"""The spider: carries requests out and answers in. Order, budget and refusals are the `Job`'s; what an answer is, the `Reception`'s."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Coroutine, Mapping
from typing import Any, Self

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Headers, Response
from twisted.python.failure import Failure

from crawler.arrival import Arrival
from crawler.charset import decode
from crawler.document import Document
from crawler.download import plain_headers
from crawler.fetch import Fetcher
from crawler.frontier import Address
from crawler.interstitial import challenge
from crawler.job import Job
from crawler.reception import may_be_page
from crawler.site import host_of

log = logging.getLogger(__name__)

_TRANSIENT = frozenset({"timeout", "protocol", "dns-failed"})
_TRANSIENT_STATUS = frozenset({502, 504})
_PAUSING = frozenset({429, 503})


class SiteSpider(scrapy.Spider):
    """Crawl one site: every address that `Job.choose` names is asked once, and every answer, whatever it is, goes to `Job.settle`."""

    name = "site"

    def __init__(self, *, job: Job, fetcher: Fetcher, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.job, self.permit = job, job.permit
        self._fetcher = fetcher
        self._begun: dict[int, float] = {}
        self._work: set[asyncio.Future[Arrival]] = set()
        self._deciding = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Made by Scrapy; bodies that can't be pages are stopped at their headers."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.headers_received, signal=signals.headers_received)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """The home page."""
        for request in self._requests(self.job.choose()):
            yield request

    async def parse(self, response: Response, **kwargs: Any) -> list[Request]:
        """An answer came."""
        request = response.request
        assert request is not None
        address, number = request.cb_kwargs["address"], request.cb_kwargs["number"]
        headers = plain_headers(response.headers)
        again = self._again(request, response.status, headers)
        if again is not None:
            return [again]
        elapsed = round(float(request.meta.get("download_latency", 0.0)) * 1000)
        arrival = await self._guarded(self.job.reception.receive(address, number, response, elapsed))
        return await self._finish(number, arrival) if arrival is not None else []

    async def failed(self, failure: Failure) -> list[Request]:
        """No answer came."""
        request: Request = failure.request  # type: ignore[attr-defined]
        address, number = request.cb_kwargs["address"], request.cb_kwargs["number"]
        error = failure.value
        assert error is not None
        try:
            arrival = self.job.reception.failed(address, error)
        except Exception as fault:
            self._fail(fault)
            raise
        if arrival.error in _TRANSIENT and not request.meta["attempt"] and (address.depth or address.url.startswith("http://")):
            return [self._request(number, address, attempt=1)]
        return await self._finish(number, arrival)

    async def _finish(self, number: int, arrival: Arrival) -> list[Request]:
        try:
            if self.job.note(arrival):
                await self._decide()
            return self._requests(self.job.settle(number, arrival))
        except Exception as error:
            self._fail(error)
            raise

    async def _guarded(self, work: Coroutine[Any, Any, Arrival]) -> Arrival | None:
        """``work`` as a task that an interrupted crawl can cancel; a fault of ours ends the crawl and is raised by `crawl`."""
        task = asyncio.ensure_future(work)
        self._work.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            if self.permit.interrupted:
                return None
            raise
        except Exception as error:
            self._fail(error)
            raise
        finally:
            self._work.discard(task)

    def _fail(self, error: Exception) -> None:
        self.job.fault = self.job.fault or error
        self.permit.interrupted = True
        self.permit.release()

    async def interrupt(self) -> None:
        """Let nothing more out, drop what is in hand. The caller stops the engine."""
        self.permit.interrupted = True
        self.permit.release()
        for task in tuple(self._work):
            task.cancel()
        for close in self.permit.abort:
            await close()

    def headers_received(self, headers: Headers, body_length: int | None, request: Request, spider: scrapy.Spider) -> None:
        """Stop before the body of what can't be a page: attachments are noted, never downloaded."""
        del body_length, spider
        if "number" in request.cb_kwargs and not may_be_page(plain_headers(headers)):
            raise StopDownload(fail=False)

    # asking

    def _requests(self, chosen: list[tuple[int, Address]]) -> list[Request]:
        return [self._request(number, address) for number, address in chosen]

    def _request(self, number: int, address: Address, *, attempt: int = 0) -> Request:
        cookie = self.permit.cookies.get(host_of(address.url))
        headers = {"Cookie": cookie} if cookie else {}
        if self.job.earlier is not None:
            headers |= self.job.earlier.validators(address.url)
        return Request(
            address.url,
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"address": address, "number": number},
            meta={"attempt": attempt, "dont_redirect": True, "handle_httpstatus_all": True},
            headers=headers or None,
            priority=1_000_000 * attempt - number,
            dont_filter=True,
        )

    def _again(self, request: Request, status: int, headers: Mapping[str, str]) -> Request | None:
        """The one repetition of a request: after a pause the site asked for, after a gateway error, or with the cookie it insists on."""
        address, number = request.cb_kwargs["address"], request.cb_kwargs["number"]
        attempt = request.meta["attempt"]
        if attempt or self.permit.stopped:
            return None
        if status in _PAUSING and (status == 429 or "retry-after" in headers):
            return self._request(number, address, attempt=1)  # goes out when the pause is over
        cookie = headers.get("set-cookie", "").split(";", 1)[0]
        if 300 <= status < 400 and cookie and headers.get("location") in (address.url, request.url, _path_of(request.url)):
            self.permit.cookies[host_of(address.url)] = cookie
            return self._request(number, address, attempt=1)
        return self._request(number, address, attempt=1) if status in _TRANSIENT_STATUS and address.depth else None

    # the breaker's question

    async def _decide(self) -> None:
        """The site seems to refuse us: ask the home page once more, nothing else meanwhile, then go on or stop for good."""
        home = self.job.home
        if self._deciding or home is None:
            return
        self._deciding = True
        self.permit.hold()
        try:
            well = home.readable and (home.document is not None or home.taken != "") and await self._answers(home.address.url)
            if not (well and self.permit.breaker.forgive()):
                self.permit.breaker.trip()
                log.warning("stopped: %s refuses requests", self.job.site.host)
        finally:
            self._deciding = False
            self.permit.release()

    async def _answers(self, url: str) -> bool:
        started = time.monotonic()
        answer = await self._fetcher.get(url, kind="page")
        if not answer.ok or answer.status != 200:
            return False
        text = decode(answer.body, answer.headers.get("content-type", "")).text
        document = Document(text, answer.final_url, as_of=self.job.reception.as_of)
        log.info("asked the home page again: %s in %.1f s", answer.status, time.monotonic() - started)
        return challenge(answer.status, document, answer.headers) is None


def _path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3] if url.count("/") >= 3 else "/"
