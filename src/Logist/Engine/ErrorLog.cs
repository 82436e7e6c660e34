using System.Text;
using Logist.Core;
using Logist.Files;

namespace Logist.Engine;

/// <summary>Details of unexpected errors: a file, never the terminal.</summary>
public static class ErrorLog
{
    /// <returns>The file's path, or why it could not be written either.</returns>
    public static (string? File, string? Why) Write(string directory, TimeProvider time, Exception error)
    {
        try
        {
            var now = time.GetUtcNow();
            var path = Path.Combine(directory, $"error-{now:yyyyMMdd'T'HHmmss'.'fff}-{Environment.ProcessId}.log");
            OwnFiles.Write(path, Encoding.UTF8
                .GetBytes($"{now:O} logist {typeof(ErrorLog).Assembly.GetName().Version} on {Environment.Version}\n{error}\n"));
            return (path, null);
        }
        catch (LogistException e)
        {
            return (null, $"{e.Problem.What}: {e.Problem.Why}");
        }
    }
}
