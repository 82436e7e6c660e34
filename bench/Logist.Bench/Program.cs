using BenchmarkDotNet.Running;

// Which: --filter '*Core*', '*Store*' or '*'; --job short for a quick look. In this process: a project of the runner's own would build
// everything else anew, analyzers and all, which takes longer than it waits.
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(["--inProcess", .. args]);
