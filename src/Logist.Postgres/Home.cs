using System.Text;
using Logist.Core;
using Logist.Files;

namespace Logist.Postgres;

/// <summary>
/// A jobs directory as jobs know it: by an id in a file of its own, so that two machines that see one directory know it for the same,
/// and two directories of one path for two.
/// </summary>
/// <param name="Name">For people: host and path.</param>
internal sealed record Home(Guid Id, string Name)
{
    private const int Tries = 100;

    /// <exception cref="LogistException">Storage.</exception>
    public static Home Of(string jobsDirectory)
    {
        var path = Path.Combine(jobsDirectory, ".directory-id");
        OwnFiles.MakeDirectory(jobsDirectory);
        for (var i = 0; i < Tries; i++)
        {
            if (OwnFiles.TryReadText(path, 100) is { } text && Guid.TryParse(text, out var id))
            {
                return new Home(id, $"{Environment.MachineName}:{jobsDirectory}");
            }

            using var mine = Libc.TryOpen(path, Libc.WriteOnly | Libc.Create | Libc.Exclusive | Libc.NoFollow);
            if (mine is not null)
            {
                Durable.Check(Libc.Write(mine, Encoding.ASCII.GetBytes($"{Guid.NewGuid()}")), "write", path);
                Durable.Sync(mine, path);
                Durable.SyncDirectory(jobsDirectory);
            }
        }

        throw new LogistException(ErrorKind.Storage, $"{path} does not say which directory this is", "a crash may have left it empty",
            $"rm {path}");
    }
}
