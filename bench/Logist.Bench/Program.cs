using BenchmarkDotNet.Running;

// Which: --filter '*Core*', '*Store*' or '*'.
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
