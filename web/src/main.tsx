import "./styles/base.css";
import "./styles/shell.css";
import "./styles/table.css";
import "./styles/pages.css";
import "./styles/gc.css";
import "./styles/annotations.css";
import "./styles/timeline.css";
import "./styles/people.css";
import "./styles/overlays.css";
import "./styles/span.css";
import "./styles/search.css";
import "./styles/sql.css";
import "./styles/narrow.css"; // last: it changes what the others say
import { render } from "preact";
import { foreseeTimeline } from "./api/live";
import { RegionListPage, RegionTypesPage } from "./pages/annotations/regions";
import { TaskStoryPage } from "./pages/annotations/story";
import { TaskListPage, TaskTypesPage } from "./pages/annotations/tasks";
import { GcPage } from "./pages/gc/gc";
import { MmuPage } from "./pages/gc/mmu";
import { GoroutinePage } from "./pages/goroutine/goroutine";
import { GroupsPage } from "./pages/goroutines/groups";
import { SpanGroupsPage, spanAskedFor } from "./pages/goroutines/span-groups";
import { GroupPage } from "./pages/goroutines/group";
import { OverviewPage } from "./pages/overview/overview";
import { isProfilePath } from "./pages/profile/kinds";
import { ProfilePage } from "./pages/profile/profile";
import { SearchPage } from "./pages/search/search";
import { SqlPage } from "./pages/sql/sql";
import { TimelinePage } from "./pages/timeline/page";
import { useLocation, type Location } from "./router";
import { Shell } from "./shell";

function Page({ path, query }: Location) {
  if (path === "/trace") return <TimelinePage />;
  const span = path === "/goroutines" ? spanAskedFor(query) : null;
  if (span) return <SpanGroupsPage key={`${span.from} ${span.to}`} {...span} />;
  if (path === "/goroutines") return <GroupsPage />;
  if (path === "/goroutine") return <GroupPage key={query.get("name")} query={query} />;
  if (path.startsWith("/goroutine/")) return <GoroutinePage key={path + query} id={path.slice("/goroutine/".length)} number={query.get("number")} />;
  if (path === "/gc") return <GcPage />;
  if (path === "/mmu") return <MmuPage query={query} />;
  if (path === "/usertasks") return <TaskTypesPage />;
  if (path === "/usertask" && query.has("id")) return <TaskStoryPage key={query.get("id")} id={query.get("id")!} />;
  if (path === "/usertask") return <TaskListPage query={query} />;
  if (path === "/userregions") return <RegionTypesPage />;
  if (path === "/userregion") return <RegionListPage query={query} />;
  if (path === "/search") return <SearchPage query={query} />;
  if (path === "/sql") return <SqlPage query={query} />;
  if (isProfilePath(path)) return <ProfilePage path={path} query={query} />;
  return <OverviewPage />;
}

function App() {
  const place = useLocation();
  return (
    <Shell path={place.path}>
      <Page {...place} />
    </Shell>
  );
}

if (location.pathname === "/trace") foreseeTimeline();
render(<App />, document.getElementById("app")!);
