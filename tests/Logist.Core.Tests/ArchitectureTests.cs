using Logist.Core.Jobs;

namespace Logist.Core.Tests;

public sealed class ArchitectureTests
{
    [Fact]
    public void The_core_references_the_base_library_only() =>
        typeof(JobState).Assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(name =>
            !name.StartsWith("System.", StringComparison.Ordinal))
            .ShouldBeEmpty();

    [Fact]
    public void The_core_references_nothing_that_does_input_or_output()
    {
        string[] impure = ["System.Net", "System.Diagnostics.Process", "System.IO", "System.Console", "System.Threading.Tasks",
            "System.Threading.Thread"];
        typeof(JobState).Assembly.GetReferencedAssemblies().Select(a => a.Name!)
            .Where(name => impure.Any(part => name.StartsWith(part, StringComparison.Ordinal))).ShouldBeEmpty();
    }
}
