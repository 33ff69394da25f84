// What the functions beside this file share; it is put before each of them.
const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });

function rgba(colour) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return { red, green, blue, alpha: alpha / 255 };
}

// WCAG 2.2, relative luminance and contrast ratio.
function luminance({ red, green, blue }) {
    const [r, g, b] = [red, green, blue].map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
}

function isSeen(element) {
    return element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
}

function ownText(element) {
    const own = [...element.childNodes].filter((each) => each.nodeType === Node.TEXT_NODE);
    return own.map((each) => each.data).join(" ").replace(/\s+/g, " ").trim();
}

function nameOf(element) {
    const kind = element.getAttribute("class");
    const words = element.textContent.replace(/\s+/g, " ").trim().slice(0, 40);
    return `<${element.localName}${kind ? `.${kind.replace(/\s+/g, ".")}` : ""}>${words ? ` "${words}"` : ""}`;
}
