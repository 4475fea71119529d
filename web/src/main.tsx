import "./styles/base.css";
import "./styles/shell.css";
import "./styles/table.css";
import "./styles/pages.css";
import "./styles/gc.css";
import "./styles/annotations.css";
import "./styles/timeline.css";
import { render } from "preact";
import { RegionListPage, RegionTypesPage } from "./pages/annotations/regions";
import { TaskStoryPage } from "./pages/annotations/story";
import { TaskListPage, TaskTypesPage } from "./pages/annotations/tasks";
import { GcPage } from "./pages/gc/gc";
import { MmuPage } from "./pages/gc/mmu";
import { GroupsPage } from "./pages/goroutines/groups";
import { GroupPage } from "./pages/goroutines/group";
import { OverviewPage } from "./pages/overview/overview";
import { isProfilePath } from "./pages/profile/kinds";
import { ProfilePage } from "./pages/profile/profile";
import { TimelinePage } from "./pages/timeline/page";
import { useLocation, type Location } from "./router";
import { Shell } from "./shell";

function Page({ path, query }: Location) {
  if (path === "/trace") return <TimelinePage />;
  if (path === "/goroutines") return <GroupsPage />;
  if (path === "/goroutine") return <GroupPage key={query.get("name")} name={query.get("name") ?? ""} />;
  if (path === "/gc") return <GcPage />;
  if (path === "/mmu") return <MmuPage query={query} />;
  if (path === "/usertasks") return <TaskTypesPage />;
  if (path === "/usertask" && query.has("id")) return <TaskStoryPage key={query.get("id")} id={query.get("id")!} />;
  if (path === "/usertask") return <TaskListPage query={query} />;
  if (path === "/userregions") return <RegionTypesPage />;
  if (path === "/userregion") return <RegionListPage query={query} />;
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

render(<App />, document.getElementById("app")!);
