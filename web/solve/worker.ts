/** Worker of the page that solves equations. */
import { solveTasks } from "../../serve/tasks/solve-tasks.ts";
import { work } from "../in-worker.ts";

work(solveTasks);
