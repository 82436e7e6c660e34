using System.Runtime.CompilerServices;

namespace Logist.EndToEnd.Tests.Support;

internal static class FakeAgents
{
#pragma warning disable CA2255 // Runs before the test framework's Main, which would take the verb for a test filter.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Run()
    {
        if (Environment.GetCommandLineArgs() is [_, FakeAcpAgent.Verb, .. var arguments])
        {
            Environment.Exit(new FakeAcpAgent().Run(arguments));
        }
    }
}
