// The slim bar on top and the page below it.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Overview } from "./api/types";
import { useOverview } from "./api/live";
import { provide, runCommand } from "./commands";
import { Finder } from "./finder";
import { duration, exactDuration } from "./format";
import { Help } from "./help";
import { lossSentence } from "./losses";
import { isProfilePath } from "./pages/profile/kinds";
import { SearchField } from "./pages/search/field";
import { ReadingBar } from "./reading";
import { setTheme, theme, THEMES, type Theme } from "./theme";

const LINKS = [
  { path: "/", title: "Overview", shows: (path: string) => path === "/" },
  { path: "/trace", title: "Timeline", shows: (path: string) => path === "/trace" },
  { path: "/goroutines", title: "Goroutines", shows: (path: string) => /^\/goroutine(s$|\/|$)/.test(path) },
  { path: "/block", title: "Profiles", shows: isProfilePath },
  { path: "/usertasks", title: "Tasks", shows: (path: string) => /^\/user(tasks?|regions?)$/.test(path) },
  { path: "/gc", title: "GC", shows: (path: string) => path === "/gc" || path === "/mmu" },
  { path: "/sql", title: "SQL", shows: (path: string) => path === "/sql" },
];

const THEME_TITLES: Record<Theme, string> = { auto: "Auto", light: "Light", dark: "Dark" };

function ThemeSwitch() {
  const [chosen, setChosen] = useState(theme);
  const choose = (next: Theme) => {
    setTheme(next);
    setChosen(next);
  };
  return (
    <div class="switch" role="group" aria-label="Theme">
      {THEMES.map((option) => (
        <button key={option} type="button" aria-pressed={option === chosen} data-theme-choice={option} onClick={() => choose(option)}>
          {THEME_TITLES[option]}
        </button>
      ))}
    </div>
  );
}

function DamageMark({ overview }: { overview: Overview }) {
  const sentence = lossSentence(overview);
  if (!sentence) return null;
  return (
    <a class="damage-mark" href="/" title={sentence}>
      damaged
    </a>
  );
}

// The palette and the keys, over whichever page there is.
function Overlays({ path }: { path: string }) {
  const [shown, setShown] = useState<"palette" | "help" | null>(null);
  useEffect(() => provide({ palette: () => setShown("palette"), help: () => setShown("help") }), []);
  const close = (which: typeof shown) => setShown((now) => (now === which ? null : now));
  if (shown === "palette") return <Finder onClose={() => close("palette")} />;
  return shown === "help" ? <Help path={path} onClose={() => close("help")} /> : null;
}

export function Shell({ path, children }: { path: string; children: ComponentChildren }) {
  const { data: overview } = useOverview();
  const name = overview?.name;
  useEffect(() => {
    const page = LINKS.find((link) => link.shows(path))?.title ?? (path === "/search" ? "Search" : "Overview");
    document.title = name ? `${page} · ${name} · kymo` : `${page} · kymo`;
  }, [path, name]);
  return (
    <>
      <header class="bar">
        <a class="brand" href="/" title="kymo">
          <img src="/icon.svg" alt="" width="18" height="18" />
          <span class="trace-name">{name ?? "kymo"}</span>
        </a>
        {overview && (
          <span class="figure muted" title={exactDuration(overview.span_ns)}>
            {duration(overview.span_ns)}
          </span>
        )}
        {overview && <DamageMark overview={overview} />}
        <nav>
          {LINKS.map((link) => (
            <a key={link.path} href={link.path} aria-current={link.shows(path) ? "page" : undefined}>
              {link.title}
            </a>
          ))}
        </nav>
        {overview?.reading && <ReadingBar reading={overview.reading} />}
        <SearchField />
        <button type="button" class="button find-button" title="Find a command, page, lane or goroutine (Ctrl+K)" onClick={() => runCommand("palette")}>
          <kbd>Ctrl K</kbd>
        </button>
        <ThemeSwitch />
      </header>
      <main>{children}</main>
      <Overlays path={path} />
    </>
  );
}
