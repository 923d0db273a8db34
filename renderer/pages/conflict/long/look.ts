import { EditorView } from '@codemirror/view';

const marked = {
  backgroundImage: 'none',
  borderRadius: '2px',
  textDecorationThickness: '1px',
  textUnderlineOffset: '3px',
};

/** The look of a comparison: soft lines, stronger spans, a sign in a column of its own. Colours come from the tokens alone. */
export const look = EditorView.theme({
  '&': { fontSize: 'var(--size-13)', background: 'var(--surface)', color: 'var(--text)' },
  '&.cm-focused': { outline: 'var(--focus-ring)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--font)', lineHeight: '1.6' },
  '.cm-content': { padding: 'var(--s-1) 0' },
  '.cm-gutters': {
    background: 'transparent',
    color: 'var(--text-3)',
    border: '0',
    fontFamily: 'var(--font-mono)',
    fontSize: 'var(--size-12)',
  },
  '.cm-changeGutter': { inlineSize: '16px', paddingInlineStart: '0', textAlign: 'center', color: 'var(--text-2)' },
  '&.even .cm-changedLineGutter, &.directed .cm-changedLineGutter': { background: 'transparent' },
  '&.even .cm-changedLineGutter::before': { content: '"≠"' },
  '&.directed.cm-merge-a .cm-changedLineGutter::before': { content: '"−"' },
  '&.directed.cm-merge-b .cm-changedLineGutter::before': { content: '"+"' },
  '&.even .cm-changedLine': { backgroundColor: 'var(--accent-soft)' },
  '&.even .cm-changedText': {
    ...marked,
    background: 'var(--accent-faint)',
    textDecoration: 'underline dotted',
  },
  '&.directed.cm-merge-a .cm-changedLine': { backgroundColor: 'var(--diff-del)' },
  '&.directed.cm-merge-b .cm-changedLine': { backgroundColor: 'var(--diff-add)' },
  '&.directed.cm-merge-a .cm-changedText': {
    ...marked,
    background: 'var(--diff-del-strong)',
    textDecoration: 'line-through',
  },
  '&.directed.cm-merge-b .cm-changedText': {
    ...marked,
    background: 'var(--diff-add-strong)',
    textDecoration: 'underline',
  },
  '.cm-collapsedLines': {
    color: 'var(--text-2)',
    background: 'var(--surface-sunken)',
    fontSize: 'var(--size-12)',
    padding: '4px var(--s-3)',
  },
});
