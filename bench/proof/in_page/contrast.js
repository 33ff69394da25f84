// Texts that are hardly read on what lies below them, by the colours as they are used. For forced colours: axe reads
// a property there that keeps the page's own colour.
() => {
    const faults = [];
    for (const element of document.querySelectorAll("body *")) {
        if (!isSeen(element) || element.closest("svg, script, style, .unseen") || !ownText(element)) continue;
        let ground = null;
        for (let each = element; each && !ground; each = each.parentElement) {
            const colour = rgba(getComputedStyle(each).backgroundColor);
            if (colour.alpha > 0.99) ground = colour;
        }
        const ratio = contrast(rgba(getComputedStyle(element).color), ground ?? rgba("Canvas"));
        if (ratio < 4.5) faults.push(`${nameOf(element)} is ${ratio.toFixed(1)}:1`);
    }
    return [...new Set(faults)];
}
