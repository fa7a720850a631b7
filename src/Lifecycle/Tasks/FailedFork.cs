namespace ForkTrace.Lifecycle.Tasks;

/// <summary>A fork that took a stack and failed: copy_process gives it back on its error path.</summary>
/// <param name="AllocationRow">Row of the task_struct's allocation.</param>
/// <param name="NextRow">Row of the next event of the forking thread: the stack was back by then.</param>
internal readonly record struct FailedFork(int AllocationRow, int NextRow);
