// What leads from one of the collector's pages to the other.
const TABS = [
  { path: "/gc", title: "Cycles and pauses" },
  { path: "/mmu", title: "Mutator utilisation" },
];

export function GcTabs({ path }: { path: string }) {
  return (
    <nav class="tabs" aria-label="The collector">
      {TABS.map((tab) => (
        <a key={tab.path} href={tab.path} aria-current={tab.path === path ? "page" : undefined}>
          {tab.title}
        </a>
      ))}
    </nav>
  );
}
