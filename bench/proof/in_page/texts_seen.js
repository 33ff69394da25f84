// Every text that is seen on the page as it is now, in the page's order, less what only a script can know (whether
// the business is open now).
() => {
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode, element = node.parentElement;
        const text = node.data.replace(/\s+/g, " ").trim();
        if (!text || element.closest("script, style, template, noscript, .open-now")) continue;
        if (!isSeen(element)) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const box = range.getBoundingClientRect();
        if (box.width > 0 && box.height > 0) texts.push(text);
    }
    return texts;
}
