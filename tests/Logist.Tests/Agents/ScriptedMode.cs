using System.Runtime.CompilerServices;
using Logist.Agents;

namespace Logist.Tests.Agents;

/// <summary>The test program plays scripts under the hidden verb, as the product's program does.</summary>
internal static class ScriptedMode
{
#pragma warning disable CA2255 // Runs before the test framework's Main, which would take the verb for a test filter.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Play()
    {
        var arguments = Environment.GetCommandLineArgs();
        if (arguments.Length > 1 && arguments[1] == ScriptedAgent.Verb)
        {
            Environment.Exit(ScriptedAgent.Play(arguments[2..]));
        }
    }
}
