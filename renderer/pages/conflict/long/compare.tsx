import { MergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { useEffect, useRef, type ReactNode } from 'react';
import { look } from './look.ts';

export interface Compared {
  readonly label: string;
  readonly text: string;
}

/**
 * Two texts beside one another, what differs marked; only to be read. `directed`: the left one is what was before, so
 * that words are added and removed; else neither is the old one. It stands in a root of its own, where its styles need
 * no style element, which the policy of the pages forbids.
 */
export function Compare({
  left,
  right,
  directed,
  at,
}: {
  readonly left: Compared;
  readonly right: Compared;
  readonly directed: boolean;
  /** The lines to bring into sight, from 0. */
  readonly at: { readonly left: number; readonly right: number } | undefined;
}): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<MergeView>(undefined);
  useEffect(() => {
    if (host.current === null) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' });
    const made = new MergeView({
      a: stateOf(left, directed),
      b: stateOf(right, directed),
      parent: root,
      root,
      gutter: true,
      collapseUnchanged: { margin: 3, minSize: 6 },
      diffConfig: { scanLimit: 5000, timeout: 500 },
    });
    view.current = made;
    return () => {
      view.current = undefined;
      made.destroy();
    };
  }, [left.text, right.text, left.label, right.label, directed]);
  useEffect(() => {
    if (at === undefined || view.current === undefined) return;
    bring(view.current.a, at.left);
    bring(view.current.b, at.right);
  }, [at?.left, at?.right]);
  return <div ref={host} data-compare="" />;
}

function bring(editor: EditorView, line: number): void {
  const { doc } = editor.state;
  const { from } = doc.line(Math.min(doc.lines, line + 1));
  editor.dispatch({ effects: EditorView.scrollIntoView(from, { y: 'center' }) });
}

const stateOf = ({ label, text }: Compared, directed: boolean) => ({
  doc: text,
  extensions: [
    lineNumbers(),
    EditorView.lineWrapping,
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
    EditorView.editorAttributes.of({ class: directed ? 'directed' : 'even' }),
    look,
  ],
});
