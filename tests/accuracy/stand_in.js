// The part of jQuery that footers are written with; every other method does nothing and can be chained.
if (!window.jQuery) {
  const piece = (html) => document.createRange().createContextualFragment(String(html));
  const ready = (work) => {
    const run = () => { try { work($); } catch (broken) { console.log(broken); } };
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', run); else run();
  };
  const find = (what, root) => {
    if (!what) return [];
    if (typeof what !== 'string') return what.nodes || (what.length !== undefined && !what.nodeType ? [...what] : [what]);
    if (what.trim().startsWith('<')) return [...piece(what).childNodes];
    try { return [...root.querySelectorAll(what)]; } catch (unknown) { return []; }
  };
  const content = (what) => (what && what.nodes ? what.nodes : what && what.nodeType ? [what] : [piece(what)]);
  const wrap = (nodes) => {
    const each = (work) => { nodes.filter((node) => node.nodeType).forEach(work); return self; };
    const known = {
      nodes, length: nodes.length,
      append: (what) => each((node) => node.append(...content(what))),
      prepend: (what) => each((node) => node.prepend(...content(what))),
      after: (what) => each((node) => node.after(...content(what))),
      before: (what) => each((node) => node.before(...content(what))),
      html: (what) => (what === undefined ? (nodes[0] || {}).innerHTML || '' : each((node) => node.replaceChildren(...content(what)))),
      text: (what) => (what === undefined ? nodes.map((node) => node.textContent).join('') : each((node) => { node.textContent = what; })),
      appendTo: (where) => { find(where, document).slice(0, 1).forEach((node) => node.append(...nodes)); return self; },
      attr: (name, value) => (value === undefined ? (nodes[0] && nodes[0].getAttribute ? nodes[0].getAttribute(name) || '' : '') : each((node) => node.setAttribute(name, value))),
      find: (what) => wrap(nodes.flatMap((node) => find(what, node))),
      each: (work) => each((node, at) => work.call(node, at, node)),
      ready: (work) => { ready(work); return self; },
    };
    nodes.forEach((node, at) => { known[at] = node; });
    const self = new Proxy(known, { get: (all, name) => (name in all ? all[name] : typeof name === 'symbol' ? undefined : () => self) });
    return self;
  };
  const $ = (what, root) => (typeof what === 'function' ? (ready(what), wrap([])) : wrap(find(what, (root && root.nodes ? root.nodes[0] : root) || document)));
  const nothing = wrap([]);
  window.jQuery = window.$ = new Proxy($, { get: (all, name) => (name in all ? all[name] : name === 'fn' ? {} : () => nothing) });
}
