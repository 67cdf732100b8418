import { test } from "../../harness.ts";
import { factorTests } from "./factors.ts";

factorTests(true);

test.run();
