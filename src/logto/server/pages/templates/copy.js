const status = document.getElementById("copy-status");
for (const button of document.querySelectorAll("[data-copy]")) {
  // Browsers give a clipboard to https and localhost only; elsewhere the buttons stay hidden.
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    } catch {
      return; // The reader said no; the text can still be selected by hand.
    }
    status.textContent = "";
    button.classList.add("copied");
    setTimeout(() => { status.textContent = button.dataset.copied; }, 50);
    setTimeout(() => button.classList.remove("copied"), 1600);
  });
}
