// Says beside the opening hours whether it is open now, and marks today's row, by the visitor's clock read in the
// business's time zone. It sends nothing and keeps nothing. `hours` are the minutes of the week, from Monday 00:00,
// at which it closes, opens, closes, and so on.
// Pages carry this without comments, indents and the spaces around signs (open_now.py); it has no less-than sign,
// which could end a script element.
const all = what => document.querySelectorAll(`[data-${what}]`);
function tell() {
  for (const badge of all("hours")) {
    const { hours, zone, locale, until, today, later } = badge.dataset;
    const [name, hour, minute] = new Date().toLocaleString("en-GB", {
      timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit"
    }).match(/\w+/g);
    const day = "MonTueWedThuFriSatSun".indexOf(name) / 3,
      now = day * 1440 + hour * 60 + minute * 1,
      wait = time => (time - now + 10079) % 10080,
      times = hours.split(" "),
      next = times.reduce((first, time) => wait(first) > wait(time) ? time : first),
      open = times.indexOf(next) % 2 == 0,
      write = form => new Date(Date.UTC(2024, 0, 1, 0, next)).toLocaleString(locale, { timeZone: "UTC", ...form });
    badge.textContent = (open ? until : 1439 > now % 1440 + wait(next) ? today : later)
      .replace("{day}", write({ weekday: "long" })).replace("{time}", write({ timeStyle: "short" }));
    badge.dataset.state = open ? "open" : "closed";
    badge.hidden = false;
    for (const row of all("days"))
      row.setAttribute("aria-current", row.dataset.days.includes(day + 1) ? "date" : "false");
  }
}
tell();
setInterval(tell, 6e4);
