using Logist.Core;
using Npgsql;

namespace Logist.Postgres;

/// <summary>A database as people name it: <c>postgres://user@host:port/database</c>, with Npgsql's parameters behind <c>?</c>.</summary>
public static class StoreAddress
{
    public static bool IsOne(string text) =>
        text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal);

    /// <summary>What is not said is taken as libpq takes it: PGUSER, PGPASSWORD, ~/.pgpass, port 5432.</summary>
    /// <exception cref="LogistException">Usage.</exception>
    internal static NpgsqlConnectionStringBuilder Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            throw Bad("it is not an address");
        }

        var database = Uri.UnescapeDataString(uri.AbsolutePath.Trim('/'));
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host.Trim('[', ']'), Port = uri.Port > 0 ? uri.Port : 5432, Database = database.Length > 0 ? database : "logist",
            ApplicationName = "logist", MaxPoolSize = 20, Timeout = 5, CommandTimeout = 30, KeepAlive = 15, Enlist = false,
        };
        if (uri.UserInfo.Split(':', 2) is [{ Length: > 0 } user, ..] parts)
        {
            builder.Username = Uri.UnescapeDataString(user);
            builder.Password = parts is [_, var password] ? Uri.UnescapeDataString(password) : null;
        }

        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                var (key, value) = pair.Split('=', 2) is [var name, var given] ? (name, given) : (pair, "");
                builder[Uri.UnescapeDataString(key)] = Uri.UnescapeDataString(value);
            }
            catch (ArgumentException e)
            {
                throw Bad(e.Message);
            }
        }

        return builder;
    }

    /// <summary>Without password and parameters: fit for messages.</summary>
    internal static string Shown(NpgsqlConnectionStringBuilder builder) => $"postgres://{builder.Host}:{builder.Port}/{builder.Database}";

    // The text may have a password in it: it is not repeated.
    private static LogistException Bad(string why) =>
        new(ErrorKind.Usage, "the store's address cannot be read", why, "--store postgres://user@host:5432/database");
}
