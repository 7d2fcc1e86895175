// Small comforts on pages that work without any of them.

import { addCopyButtons } from "./copy";
import { exploreChart } from "./explore";
import { closeOpenTools } from "./tools";
import { swapInPlace } from "./swap";
import { showCurrentTab } from "./tabs";
import { addThemeButton } from "./theme_button";
import { followWork, leadToLines } from "./workshop";

addThemeButton();
showCurrentTab();
addCopyButtons(document);
closeOpenTools();
swapInPlace(addCopyButtons);
leadToLines();
followWork();
exploreChart();
if (document.querySelector("form[data-sql], [data-find-tables]")) void import("./sql_page").then(({ easeSql }) => easeSql());
if (document.querySelector(".th-pdf-cells, [data-pdf-more]")) {
  void import("./pdf_editor").then(({ editTables, showCells }) => {
    showCells();
    editTables();
  });
}
