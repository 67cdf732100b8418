import { test } from "../../harness.ts";
import { factorTests } from "./factors.ts";

factorTests(false);

test.run();
