// In threads alone: Temporal's library runs workflows there. It notes where each of their promises was made, for the query
// `__stack_trace`; that is a third of all that a workflow's thread does. GET …/progress says what a saga waits for.
if (!require('node:worker_threads').isMainThread)
  require('node:v8').promiseHooks.createHook = () => () => undefined;
