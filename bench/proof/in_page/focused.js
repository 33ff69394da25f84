// The element that has the focus: its place among the stops (-1: none of them), and whether a visitor sees it
// and sees that it has the focus.
() => {
    const it = document.activeElement;
    if (!it || it === document.body) return { place: -1, faults: [] };
    const faults = [];
    const style = getComputedStyle(it);
    const width = parseFloat(style.outlineWidth);
    const outlined = !["none", "hidden"].includes(style.outlineStyle) && width >= 2
        && !/^rgba\(.*, 0\)$|\/ 0\)$|^transparent$/.test(style.outlineColor);
    if (!outlined && style.boxShadow === it.proofShadow) faults.push("does not show that it has the focus");
    const boxes = [...it.getClientRects()].filter((each) => each.width > 0 && each.height > 0);
    if (!boxes.length) return { place: it.proofPlace ?? -1, faults: [...faults, "has no size"] };
    const inWindow = boxes.some((box) =>
        box.top < innerHeight && box.bottom > 0 && box.left < innerWidth && box.right > 0);
    if (!inWindow) {
        faults.push("has the focus outside the window");
    } else {
        const points = boxes.flatMap((box) => [0.1, 0.5, 0.9].flatMap((across) => [0.1, 0.5, 0.9].map((down) =>
            [box.left + box.width * across, box.top + box.height * down])))
            .filter(([x, y]) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight);
        const free = points.filter(([x, y]) => {
            const top = document.elementFromPoint(x, y);
            return top && (it.contains(top) || top.contains(it));
        });
        if (free.length < points.length / 2) faults.push("has the focus below something that covers it");
    }
    return { place: it.proofPlace ?? -1, faults };
}
