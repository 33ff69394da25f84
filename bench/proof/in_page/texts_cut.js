// Texts that cannot be read as they stand: cut by a box that does not grow with them, or lying on one another.
() => {
    const SLACK = 2;
    const faults = [];
    const forEyes = (element) => {
        if (element.closest("svg, script, style, template, noscript, .unseen")) return false;
        return isSeen(element);
    };
    const moves = (element) => {
        for (let each = element; each; each = each.parentElement) {
            if (["fixed", "sticky"].includes(getComputedStyle(each).position)) return true;
        }
        return false;
    };

    for (const element of document.body.querySelectorAll("*")) {
        if (!forEyes(element) || !element.textContent.trim()) continue;
        const style = getComputedStyle(element);
        if (element.clientWidth <= 1 || style.clipPath.startsWith("inset")) continue;
        const hides = (overflow) => overflow === "hidden" || overflow === "clip";
        const tooWide = hides(style.overflowX) && element.scrollWidth > element.clientWidth + SLACK;
        const tooHigh = hides(style.overflowY) && element.scrollHeight > element.clientHeight + SLACK;
        if (!tooWide && !tooHigh) continue;
        const box = element.getBoundingClientRect();
        for (const inner of textsOf(element)) {
            const outside = inner.boxes.some((each) =>
                (tooWide && (each.right > box.right + SLACK || each.left < box.left - SLACK)) ||
                (tooHigh && (each.bottom > box.bottom + SLACK || each.top < box.top - SLACK)));
            if (outside) { faults.push(`${nameOf(inner.element)} is cut by ${nameOf(element)}`); break; }
        }
    }

    function textsOf(root) {
        const found = [];
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const node = walker.currentNode, element = node.parentElement;
            if (!node.data.trim() || !forEyes(element)) continue;
            const range = document.createRange();
            range.selectNodeContents(node);
            const boxes = [...range.getClientRects()].filter((each) => each.width > 1 && each.height > 1);
            if (boxes.length) found.push({ element, boxes });
        }
        return found;
    }

    // A line's box is as high as its face, which is more than its letters are.
    const letters = (box) => ({
        left: box.left, right: box.right, top: box.top + box.height * 0.25, bottom: box.bottom - box.height * 0.25,
    });
    const standing = textsOf(document.body).filter((each) => !moves(each.element));
    const lines = standing.flatMap(({ element, boxes }) => boxes.map((box) => ({ element, ...letters(box) })));
    lines.sort((one, other) => one.top - other.top);
    for (let first = 0; first < lines.length; first++) {
        for (let second = first + 1; second < lines.length; second++) {
            const one = lines[first], other = lines[second];
            if (other.top >= one.bottom - SLACK) break;
            const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
            const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
            if (one.element !== other.element && wide > SLACK && high > SLACK) {
                faults.push(`${nameOf(one.element)} and ${nameOf(other.element)} lie on one another`);
            }
        }
    }
    return [...new Set(faults)];
}
