using Logist.Files;
using Logist.StepHost;

namespace Logist.Processes;

/// <summary>Finds programs the way execvp does, but never in the current directory.</summary>
internal static class Programs
{
    /// <summary>Absolute path of the program, or errno and a sentence.</summary>
    public static (string? Path, int Errno, string Message) Find(string name, string workingDirectory, IReadOnlyList<string> environment)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            return (Path.Combine(workingDirectory, name), 0, "");
        }

        var path = Variable(environment, "PATH");
        var errno = Native.ENOENT;
        foreach (var part in path.Split(':'))
        {
            // Empty and relative parts mean the current directory or lie below it: a planted file must never run.
            if (name.Length == 0 || part.Length == 0 || part[0] != '/')
            {
                continue;
            }

            var candidate = Path.Combine(part, name);
            if (File.Exists(candidate))
            {
                if (Libc.MayExecute(candidate))
                {
                    return (candidate, 0, "");
                }

                errno = Native.EACCES;
            }
        }

        return (null, errno, $"{name}: {Libc.ErrorText(errno)} (looked in PATH={path})");
    }

    public static string Variable(IReadOnlyList<string> environment, string name)
    {
        for (var i = 0; i < environment.Count; i++)
        {
            var line = environment[i];
            if (line.Length > name.Length && line[name.Length] == '=' && line.StartsWith(name, StringComparison.Ordinal))
            {
                return line[(name.Length + 1)..];
            }
        }

        return "";
    }
}
