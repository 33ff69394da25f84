// What a printed page would not show as it should: the menu, dark grounds, text that is not dark on white
// (grounds are not printed unless a visitor asks for them).
() => {
    const white = { red: 255, green: 255, blue: 255 };
    const faults = [];
    for (const nav of document.querySelectorAll("header nav")) {
        if (isSeen(nav) && nav.getBoundingClientRect().height > 0) faults.push("the menu is printed");
    }
    for (const element of document.querySelectorAll("html, body, body *")) {
        if (!isSeen(element) || element.closest("svg")) continue;
        const style = getComputedStyle(element);
        const ground = rgba(style.backgroundColor);
        if (ground.alpha > 0.1 && luminance(ground) < 0.5) faults.push(`${nameOf(element)} has a dark ground`);
        if (!ownText(element) || element.closest(".unseen") || element.clientWidth === 1) continue;
        const ratio = contrast(rgba(style.color), white);
        if (ratio < 7) faults.push(`${nameOf(element)} is ${ratio.toFixed(1)}:1 on white`);
    }
    return [...new Set(faults)];
}
