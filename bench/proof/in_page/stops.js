// What can have the focus, in the page's order, and how each looks while it does not have it. Each is marked
// with its place, so that it is known again.
() => {
    const all = document.querySelectorAll(
        "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex='-1'])");
    const seen = [...all].filter((each) =>
        !each.disabled && !each.closest("[inert]") && each.checkVisibility({ visibilityProperty: true }));
    return seen.map((each, place) => {
        each.proofPlace = place;
        each.proofShadow = getComputedStyle(each).boxShadow;
        return nameOf(each);
    });
}
