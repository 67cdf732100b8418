/** Worker of the page that refines rain. */
import { refineTasks } from "../../serve/tasks/refine-tasks.ts";
import { work } from "../in-worker.ts";

work(refineTasks);
