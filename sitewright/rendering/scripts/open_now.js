// Says beside the opening hours whether it is open now, and marks today's row, by the visitor's clock read in the
// business's time zone. It sends nothing and keeps nothing. `hours` are the minutes of the week, from Monday 00:00,
// at which it closes, opens, closes, and so on.
// Pages carry this without comments, indents, the spaces around signs and line ends beside some (open_now.py); it has
// no less-than sign, which could end a script element. Formatting is what takes time, so it is done once for all.
// The first of January 1900 was a Monday.
const all = what => document.querySelectorAll(`[data-${what}]`);
function tell() {
  const badges = all("hours"), { hours, zone, locale, until, today, later } = badges[0].dataset,
    [name, hour, minute] = new Date().toLocaleString("en-GB", {
      timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit"
    }).match(/\w+/g),
    day = "MonTueWedThuFriSatSun".indexOf(name) / 3,
    now = day * 1440 + hour * 60 + minute * 1,
    wait = time => (time - now + 10079) % 10080,
    times = hours.split(" "),
    next = times.reduce((first, time) => wait(first) > wait(time) ? time : first),
    shut = times.indexOf(next) % 2,
    write = form => new Date(Date.UTC(0, 0, 1, 0, next)).toLocaleString(locale, { timeZone: "UTC", ...form }),
    words = (shut ? 1439 > now % 1440 + wait(next) ? today : later : until)
      .replace("{day}", () => write({ weekday: "long" })).replace("{time}", () => write({ timeStyle: "short" }));
  for (const badge of badges) {
    badge.textContent = words;
    badge.dataset.state = shut ? "closed" : "open";
    badge.hidden = false;
  }
  for (const row of all("days"))
    row.setAttribute("aria-current", row.dataset.days.includes(day + 1) ? "date" : "false");
}
const near = new IntersectionObserver(seen => {
  if (!seen.some(place => place.isIntersecting)) return;
  near.disconnect();
  try {
    tell();
    setInterval(tell, 6e4);
  } catch {
    // A browser that does not know the zone: the hours stand there all the same.
  }
}, { rootMargin: "100%" });
for (const badge of all("hours"))
  near.observe(badge.parentElement);
