// An editor for queries: colors, and names completed from the tables of the portal. It stands in a shadow tree, where its
// styles are sheets of the script and nothing is inline; the field it stands for keeps the text and is what the form sends.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, insertBracket } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { PostgreSQL, sql, type SQLNamespace } from "@codemirror/lang-sql";
import { HighlightStyle, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, keymap, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";

interface Schema {
  data: { name: string; title: string; columns: { name: string; type: string }[] }[];
}

const STYLE = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--th-link)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--th-success)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--th-visited)" },
  { tag: tags.comment, color: "var(--th-ink-faint)", fontStyle: "italic" },
]);

const THEME = EditorView.theme({
  "&": {
    color: "var(--th-ink)",
    backgroundColor: "var(--th-surface)",
    border: "1px solid var(--th-line-strong)",
    borderRadius: "0.25rem",
    fontSize: "0.9375rem",
    minHeight: "10rem",
  },
  "&.cm-focused": { outline: "0.25rem solid var(--th-focus)", outlineOffset: "0" },
  ".cm-scroller": { fontFamily: "var(--th-mono, ui-monospace, monospace)", lineHeight: "1.5", minHeight: "10rem" },
  ".cm-content": { padding: "0.5rem 0.25rem", caretColor: "var(--th-ink)" },
  ".cm-cursor": { borderLeftColor: "var(--th-ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--th-mark)",
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--th-mark)" },
  ".cm-tooltip": {
    color: "var(--th-ink)",
    backgroundColor: "var(--th-surface)",
    border: "1px solid var(--th-line-strong)",
    borderRadius: "0.25rem",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.25rem 0.5rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    color: "var(--th-on-primary)",
    backgroundColor: "var(--th-primary)",
  },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "0.85" },
});

/** Puts an editor in the place of a field. */
export async function edit(form: HTMLFormElement, field: HTMLTextAreaElement): Promise<void> {
  const schema = await names(form.dataset["sql"] ?? "");
  const host = document.createElement("div");
  host.className = "th-sql-editor";
  const root = host.attachShadow({ mode: "open" });
  field.before(host);
  const label = field.labels[0]?.textContent ?? "Query";
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: field.value,
      selection: { anchor: Math.min(field.selectionStart, field.value.length) },
      extensions: [
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ icons: false }),
        syntaxHighlighting(STYLE),
        sql({ dialect: PostgreSQL, schema, upperCaseKeywords: false }),
        placeholder("select …"),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, "aria-multiline": "true" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) field.value = update.state.doc.toString();
        }),
        // Left to itself, a browser that types over colored text writes a style into the page, which the policy forbids.
        EditorView.domEventHandlers({
          beforeinput: (event, view) => {
            if (event.inputType !== "insertText" || !event.data || event.isComposing) return false;
            takeSelection(view, event);
            if (view.state.selection.main.empty) return false;
            event.preventDefault();
            const bracketed = insertBracket(view.state, event.data!);
            view.dispatch(bracketed ?? view.state.update(view.state.replaceSelection(event.data!), { userEvent: "input.type", scrollIntoView: true }));
            return true;
          },
        }),
        // Tab leaves the editor as it leaves any field; Control and Enter ask.
        keymap.of([
          { key: "Mod-Enter", run: () => (form.requestSubmit(), true) },
          ...closeBracketsKeymap,
          ...completionKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
        THEME,
      ],
    }),
  });
  const hadFocus = document.activeElement === field;
  // The label leads to the editor now.
  for (const one of field.labels) one.addEventListener("click", () => view.focus());
  field.hidden = true;
  if (hadFocus) view.focus();
}

/** Takes over what is selected on the page: the editor may not have heard of it yet. */
function takeSelection(view: EditorView, event: InputEvent): void {
  // Browsers that can tell of a selection in a shadow tree; the others tell what they would replace.
  const root = view.root as { getSelection?: () => Selection | null };
  const selection = root.getSelection?.();
  const [range] = event.getTargetRanges();
  const [from, to] = selection?.anchorNode
    ? [[selection.anchorNode, selection.anchorOffset] as const, [selection.focusNode!, selection.focusOffset] as const]
    : range
      ? [[range.startContainer, range.startOffset] as const, [range.endContainer, range.endOffset] as const]
      : [];
  if (!from || !to || !view.contentDOM.contains(from[0]) || !view.contentDOM.contains(to[0])) return;
  const [anchor, head] = [view.posAtDOM(...from), view.posAtDOM(...to)];
  const { main } = view.state.selection;
  if (main.anchor !== anchor || main.head !== head) view.dispatch({ selection: { anchor, head } });
}

/** The names that can be completed; none when they can't be had. */
async function names(address: string): Promise<SQLNamespace> {
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) return {};
  const { data } = (await answer.json()) as Schema;
  const namespace: Record<string, SQLNamespace> = {};
  for (const table of data) {
    namespace[table.name] = {
      self: { label: table.name, type: "type", detail: table.title },
      children: table.columns.map(({ name, type }) => ({ label: name, type: "property", detail: type })),
    };
  }
  return namespace;
}
