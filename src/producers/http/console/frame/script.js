// What the console does with JavaScript; without it every page works, and a link reloads it.

(() => {
  const own = document.currentScript?.src ?? "";
  const base = new URL(own.replace(/console\/script\.js.*$/, ""), location.href).pathname.replace(/\/$/, "");
  const parse = (text) => new DOMParser().parseFromString(text, "text/html");

  /** Puts in what the server made of the same page, part by part; who is typing somewhere is left alone. */
  const renew = (fresh, parts) => {
    for (const part of parts) {
      const newer = part.id && fresh.getElementById(part.id);
      if (!newer || newer.outerHTML === part.outerHTML || part.contains(document.activeElement)) continue;
      part.replaceWith(newer);
      newer.classList.add("renewed");
      prepare(newer);
    }
  };

  let asked = 0;
  const load = async (url, parts) => {
    const mine = ++asked;
    const answer = await fetch(url, { headers: { accept: "text/html" }, credentials: "same-origin" });
    const text = await answer.text();
    if (answer.ok && !answer.redirected && mine === asked) renew(parse(text), parts());
  };

  // Live parts: an event of the fleet renews them, at most once in two seconds, and only while somebody can see them.
  const live = () => [...document.querySelectorAll("[data-live]")];
  if (live().length > 0 && "EventSource" in window) {
    let waiting = null;
    let isStale = false;
    const renewSoon = () => {
      isStale = document.hidden;
      if (isStale || waiting !== null) return;
      waiting = setTimeout(() => {
        waiting = null;
        load(location.href, live).catch(() => {});
      }, 2_000);
    };
    const subject = document.querySelector("[data-reference]")?.dataset.reference;
    const about = subject ? `?reference=${encodeURIComponent(subject)}` : "";
    const source = new EventSource(`${base}/v1/events/stream${about}`);
    const types = document.querySelector("[data-events]")?.dataset.events?.split(" ") ?? [];
    source.onopen = renewSoon; // what happened since the page was made, and while the stream was away
    source.onmessage = renewSoon;
    for (const type of types) source.addEventListener(type, renewSoon);
    document.addEventListener("visibilitychange", () => {
      if (document.hidden || !isStale) return;
      isStale = false;
      renewSoon();
    });
    addEventListener("pagehide", () => source.close());
  }

  // Search while one types, where the page has results to renew.
  const search = document.querySelector("[data-search] input");
  if (search && document.getElementById("results")) {
    let timer = null;
    search.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const url = new URL(location.href);
        if (search.value) url.searchParams.set("q", search.value);
        else url.searchParams.delete("q");
        url.searchParams.delete("cursor");
        history.replaceState(null, "", url);
        load(url, () => [document.getElementById("results")]).catch(() => {});
      }, 200);
    });
  }

  // `/` leads to the search, as people know it from elsewhere.
  addEventListener("keydown", (event) => {
    const isTyping = /^(input|select|textarea)$/i.test(event.target?.tagName ?? "");
    const box = document.querySelector(".search input");
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey || !box) return;
    event.preventDefault();
    box.focus();
  });

  /** Buttons that need a script show themselves; a CSR is read while one pastes it. */
  function prepare(root) {
    for (const button of root.querySelectorAll("[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy)?.textContent ?? "");
        const before = button.textContent;
        button.textContent = button.dataset.done ?? before;
        setTimeout(() => {
          button.textContent = before;
        }, 1_500);
      });
    }
    for (const box of root.querySelectorAll("[data-reads]")) {
      let timer = null;
      box.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(async () => {
          const place = document.getElementById(`${box.dataset.reads}-facts`);
          if (!place) return;
          const body = new URLSearchParams(new FormData(box.form));
          body.set("act", "read");
          const answer = await fetch(box.form.action, { method: "POST", body, headers: { accept: "text/html" } });
          const newer = parse(await answer.text()).getElementById(place.id);
          if (newer) place.replaceWith(newer);
        }, 300);
      });
    }
  }
  prepare(document);
})();
