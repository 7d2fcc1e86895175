// A chart to explore: Vega draws the specification that stands in the page, and again when it was changed. Vega is loaded
// on that page only; until it has drawn, or when it can't, the drawing of the server stays.

/** Draws the chart of a page that has one to explore. */
export async function exploreChart(): Promise<void> {
  const place = document.querySelector<HTMLElement>("[data-explore]");
  const text = document.querySelector<HTMLTextAreaElement>("#spec");
  const button = document.querySelector<HTMLButtonElement>("[data-draw]");
  const news = document.querySelector<HTMLElement>("[data-explore-news]");
  if (!place || !text || !button || !news) return;
  const { draw } = await import("./vega");
  let isDrawing = false;
  const again = async () => {
    // Not by `disabled`: a button that fades in and out cannot be read meanwhile.
    if (isDrawing) return;
    isDrawing = true;
    news.textContent = "Drawing…";
    try {
      const rows = await draw(JSON.parse(text.value), place);
      news.textContent = `Drawn with Vega from ${rows.toLocaleString("en")} rows. Point at marks to see their values.`;
    } catch (error) {
      news.textContent = `That can’t be drawn: ${error instanceof Error ? error.message : String(error)}`;
    }
    isDrawing = false;
  };
  button.hidden = false;
  button.addEventListener("click", again);
  await again();
}
