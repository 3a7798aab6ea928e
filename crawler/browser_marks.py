"""The small scripts we run inside a page: what its visitor can't see is marked, waiting timers are known, a place is outlined."""

from __future__ import annotations

from crawler.visibility import HIDDEN_MARK

BEFORE_PAGE = """
(() => {
  const later = window.setTimeout.bind(window), idle = window.requestIdleCallback.bind(window), clock = performance.now.bind(performance);
  let due = 0, drawn = 0, restless = false;
  window.setTimeout = (work, delay, ...rest) => {
    const wait = Number(delay) || 0;
    if (wait > 0 && wait <= 3000) due = Math.max(due, clock() + wait);
    return later(work, delay, ...rest);
  };
  const again = window.setInterval.bind(window);
  window.setInterval = (...given) => { restless = true; return again(...given); };
  const draw = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (work) => { drawn = clock(); return draw(work); };
  for (const name of ['Worker', 'SharedWorker', 'EventSource']) {
    const Made = window[name];
    if (Made) window[name] = new Proxy(Made, {construct(target, given) { restless = true; return new target(...given); }});
  }
  const calm = (left) => !left.didTimeout && !restless && due < clock() && clock() - drawn > 100;
  Object.defineProperty(window, '__mjDue', {value: () => due - clock()});
  Object.defineProperty(window, '__mjCalm', {value: () => restless ? Promise.resolve(false) : new Promise((tell) => {
    idle((left) => left.didTimeout ? tell(false) : idle((last) => tell(calm(last)), {timeout: 300}), {timeout: 300});
  })});
  const answers = {alert: undefined, print: undefined, confirm: false, prompt: null, open: null};
  for (const name in answers) window[name] = () => answers[name];
  for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport'])
    try { delete window[name]; } catch (refused) { window[name] = undefined; }
})();
"""
"""Runs before any script of the page. ``__mjDue()``: milliseconds until the last short timer fires, negative when none waits.
``__mjCalm()``: a promise of whether the page, idle twice in a row, has nothing of its own that could still change it: no short timer
waiting, no repeated one, no worker, no animation under way. Dialogs and windows are answered on the spot, as if dismissed: ten thousand
of them cost nothing."""

TIMER_DUE = "() => (window.__mjDue ? window.__mjDue() : 0)"

CALM = "() => (window.__mjCalm ? window.__mjCalm() : false)"

FORGET = """
() => {
  try { sessionStorage.clear(); localStorage.clear(); } catch (refused) {}
  window.name = '';
  return location.origin;
}
"""
"""Empties what this page could leave for the next one in its tab; answers its origin."""

SCROLL_DOWN = "() => window.scrollTo(0, document.documentElement.scrollHeight)"
"""What a reader does: pieces that load when they come into view are wanted too."""

MARK_HIDDEN = """
(mark) => {
  const hidden = (node) => {
    const style = getComputedStyle(node);
    return style.display === 'none' || style.visibility === 'hidden' || style.visibility === 'collapse';
  };
  if (!document.body || hidden(document.body) || hidden(document.documentElement)) return;
  const skipped = new Set(['SCRIPT', 'STYLE', 'LINK', 'META', 'NOSCRIPT', 'TEMPLATE', 'BR', 'OPTION', 'SOURCE', 'TRACK', 'PARAM', 'AREA', 'MAP']);
  const waiting = [document.body];  // no recursion: a script nests deeper than the stack
  while (waiting.length) {
    for (const child of waiting.pop().children) {
      if (skipped.has(child.tagName)) continue;
      if (hidden(child)) {
        child.setAttribute(mark, '');
        if (getComputedStyle(child).display === 'none') continue;
      }
      waiting.push(child);
    }
  }
}
"""
"""Marks what computed style hides. A page whose whole body is hidden (a loading curtain) is left unmarked: it tells nothing."""

CONTENT = """
(most) => {
  const type = document.doctype ? new XMLSerializer().serializeToString(document.doctype) : '';
  const text = type + (document.documentElement ? document.documentElement.outerHTML : '');
  return text.slice(0, most).replace(/[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]/g, '\\ufffd');
}
"""
"""The page's markup, at most so many characters: cut inside the browser, which may hold far more. Half characters become U+FFFD."""

FRAME_SHOWN = "(frame) => (frame.checkVisibility ? frame.checkVisibility({visibilityProperty: true}) : true)"

OUTLINE = """
([selector, words]) => {
  let place = null;
  try { place = selector ? document.querySelector(selector) : null; } catch (malformed) { place = null; }
  if (!place && words) {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (!place && texts.nextNode()) {
      const holder = texts.currentNode.parentElement;
      if (texts.currentNode.data.replace(/\\s+/g, ' ').includes(words) && holder && holder.getClientRects().length) place = holder;
    }
  }
  if (!place) return null;
  place.scrollIntoView({block: 'center'});
  place.style.setProperty('outline', '4px solid #e60012', 'important');
  place.style.setProperty('outline-offset', '2px', 'important');
  const box = place.getBoundingClientRect();
  return {x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height};
}
"""
"""Outlines the place in red (by selector, else where the words stand) and answers its box in page coordinates; null when there is none."""

PAGE_SIZE = "() => ({width: document.documentElement.scrollWidth, height: document.documentElement.scrollHeight})"

HIDDEN = HIDDEN_MARK

OPENS = "data-mj-opens"
"""Set on a place labelled 找错 that names no address: what a click on it opens, "" when it opens nothing."""

TRY_ENTRY = """
(mark) => {
  const named = (node) => [node.textContent, node.title, node.alt, node.getAttribute('aria-label')]
    .some((words) => words && words.trim().length <= 20 && words.includes('找错'));
  const places = new Set(document.querySelectorAll('#_span_jiucuo img, #_span_jiucuo a'));
  for (const node of document.querySelectorAll('a, area, button, img, [onclick]')) if (named(node)) places.add(node);
  const open = window.open;
  let opened = '';
  window.open = (url) => { opened = String(url || ''); return null; };
  try {
    for (const node of [...places].slice(0, 8)) {
      const link = node.closest('a[href], area[href]');
      if (link && !/^(javascript:|#|$)/i.test(link.getAttribute('href').trim())) continue;
      opened = '';
      try { node.click(); } catch (broken) { opened = ''; }
      node.setAttribute(mark, opened);
    }
  } finally { window.open = open; }
}
"""
"""Clicks what is labelled 找错 and has no address of its own, and notes what it would open. Nothing is opened or sent."""
