using System.Collections;
using Logist.Processes;

namespace Logist.Cli;

/// <summary>The user's browser, by the desktop's own program.</summary>
internal static class Browser
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static bool TryOpen(string link)
    {
        string[] variables = [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(v => $"{v.Key}={v.Value}")];
        if (Programs.Find("xdg-open", "/", variables).Path is not { } program)
        {
            return false;
        }

        var (errno, code) = ChildProcess.Run(new Child("xdg-open", program, [link], variables), default, _ => { }, _ => { }, Patience);
        return errno == 0 && code is null or 0;
    }
}
