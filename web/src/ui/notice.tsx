// Sentences that stand in for content.
import type { ComponentChildren } from "preact";

export function ErrorNotice({ message }: { message: string }) {
  return (
    <div class="notice notice-error" role="alert">
      <strong>This cannot be shown.</strong> {message}
    </div>
  );
}

export function EmptyNotice({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="notice">
      <strong>{title}</strong>
      <p>{children}</p>
    </div>
  );
}
