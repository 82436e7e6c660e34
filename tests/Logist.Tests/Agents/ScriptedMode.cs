using System.Runtime.CompilerServices;
using Logist.Agents;
using Logist.Agents.Acp;
using Logist.Models;
using Logist.Testing;

namespace Logist.Tests.Agents;

/// <summary>The test program answers to the hidden verbs of the product's program, and is an agent itself.</summary>
internal static class ScriptedMode
{
#pragma warning disable CA2255 // Runs before the test framework's Main, which would take the verb for a test filter.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Play()
    {
        var arguments = Environment.GetCommandLineArgs();
        if (arguments.Length < 2)
        {
            return;
        }

        switch (arguments[1])
        {
            case ScriptedAgent.Verb:
                Environment.Exit(ScriptedAgent.Play(arguments[2..]));
                break;
            case AcpAgent.Verb:
                Environment.Exit(AcpAgent.Run(arguments[2..]));
                break;
            case ModelAgent.Verb:
                Environment.Exit(ModelRequest.RunAsync(arguments[2..], CancellationToken.None).GetAwaiter().GetResult());
                break;
            case FakeAcpAgent.Verb:
                Environment.Exit(new FakeAcpAgent().Run(arguments[2..]));
                break;
        }
    }
}
