// Lighthouse over addresses, in one browser: a line of standard input is an address, a line of JSON on standard
// output its scores, and of each category that is below 100 the audits that keep it there.
import { createInterface } from "node:readline";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

const chrome = await launch({ chromePath: process.env.CHROME_PATH, chromeFlags: FLAGS, handleSIGINT: false });
try {
    for await (const url of createInterface({ input: process.stdin })) {
        console.log(JSON.stringify(await measured(url)));
    }
} finally {
    chrome.kill();
}

async function measured(url) {
    const options = { port: chrome.port, output: "json", logLevel: "error", disableFullPageScreenshot: true };
    const { lhr } = await lighthouse(url, options);
    if (lhr.runtimeError) return { url, scores: {}, below: [lhr.runtimeError.message] };
    const scores = {}, below = [];
    for (const [name, category] of Object.entries(lhr.categories)) {
        scores[name] = Math.round((category.score ?? 0) * 100);
        if (scores[name] === 100) continue;
        const failed = category.auditRefs
            .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 1)
            .map(({ id }) => `${id} ${lhr.audits[id].displayValue ?? ""}`.trim());
        below.push(`${name} ${scores[name]}: ${failed.join(", ")}`);
    }
    return { url, scores, below };
}
