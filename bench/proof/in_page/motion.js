// What moves, or would, for a visitor who asked for less motion.
() => {
    const SECONDS = 0.011;
    const faults = document.getAnimations().map((each) =>
        `an animation runs on <${each.effect?.target?.localName}.${each.effect?.target?.className}>`);
    const longest = (times) => Math.max(...times.split(",").map(parseFloat));
    for (const element of document.querySelectorAll("*")) {
        for (const pseudo of [null, "::before", "::after"]) {
            const style = getComputedStyle(element, pseudo);
            const what = `<${element.localName}.${element.getAttribute("class") ?? ""}>${pseudo ?? ""}`;
            if (longest(style.transitionDuration) > SECONDS) faults.push(`${what} has a transition`);
            if (style.animationName !== "none" && longest(style.animationDuration) > SECONDS) {
                faults.push(`${what} has an animation`);
            }
        }
    }
    if (getComputedStyle(document.documentElement).scrollBehavior === "smooth") faults.push("scrolling is smooth");
    return [...new Set(faults)];
}
