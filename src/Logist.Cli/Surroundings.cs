using Logist.Core;

namespace Logist.Cli;

/// <summary>What a process inherits: environment variables, directories, the clock. Read here and nowhere else; values are passed
/// on.</summary>
internal sealed record Surroundings(Func<string, string?> Variable, Func<string?> CurrentDirectory, TimeProvider Time)
{
    public static Surroundings OfProcess() => new(Environment.GetEnvironmentVariable, ProcessDirectory, TimeProvider.System);

    /// <summary>The variable's value; set to nothing counts as not set.</summary>
    public string? Get(string name) => Variable(name) is { Length: > 0 } value ? value : null;

    /// <summary><c>LOGIST_HOME</c>, else <c>~/.logist</c>.</summary>
    /// <exception cref="LogistException">Usage: neither LOGIST_HOME nor a home directory is known.</exception>
    public string LogistHome() =>
        Get("LOGIST_HOME") is { } home ? Absolute(home)
        : UserHome() is { } user ? Path.Combine(user, ".logist")
        : throw new LogistException(ErrorKind.Usage, "no place for Logist's files is known", "neither LOGIST_HOME nor HOME is set",
            "export LOGIST_HOME=<directory>");

    /// <summary>The option, else <c>LOGIST_JOBS_DIR</c>, else <c>jobs</c> in <see cref="LogistHome"/>.</summary>
    public string JobsDirectory(string? option) =>
        (option is { Length: > 0 } ? option : Get("LOGIST_JOBS_DIR")) is { } given ? Absolute(given) : Path.Combine(LogistHome(), "jobs");

    /// <summary>A path as people give it, relative to the current directory.</summary>
    public string Absolute(string path)
    {
        if (Path.IsPathRooted(path))
        {
            return Path.GetFullPath(path);
        }

        var directory = CurrentDirectory() ?? throw new LogistException(
            ErrorKind.Usage, $"\"{path}\" is relative, but the current directory does not exist any more", null,
                "cd to an existing directory");
        return Path.GetFullPath(path, directory);
    }

    private string? UserHome() =>
        Get("HOME") is { } home && Path.IsPathRooted(home) ? home
        : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } profile ? profile : null;

    private static string? ProcessDirectory()
    {
        try
        {
            return Environment.CurrentDirectory;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
