// A list follows its select fields at once; the button stays for the search and for no scripts.
export function filterAtOnce() {
  for (const form of document.querySelectorAll("form[data-filter]")) {
    form.addEventListener("change", (event) => {
      if (event.target.matches("select")) form.requestSubmit();
    });
  }
}
