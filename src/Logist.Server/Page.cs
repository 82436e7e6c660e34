using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace Logist.Server;

/// <summary>The Runs Center's files under <c>/ui</c>: no data in them, so they need no token.</summary>
internal static class Page
{
    public static void UsePage(this WebApplication app, ServeOptions options)
    {
        var directory = options.PageDirectory ?? Path.Combine(AppContext.BaseDirectory, "wwwroot");
        app.Use((http, next) =>
        {
            if (http.Request.Path == "/" && HttpMethods.IsGet(http.Request.Method))
            {
                http.Response.Redirect("/ui/");
                return Task.CompletedTask;
            }

            return next(http);
        });
        if (!Directory.Exists(directory))
        {
            return;
        }

        var files = new PhysicalFileProvider(directory);
        app.Use((http, next) =>
        {
            // Every view has an address of its own; all of them are the one page.
            if (http.Request.Path.StartsWithSegments("/ui", StringComparison.Ordinal, out var rest) && !Path.HasExtension(rest.Value))
            {
                http.Request.Path = "/ui/index.html";
            }

            return next(http);
        });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files, RequestPath = "/ui", ContentTypeProvider = new FileExtensionContentTypeProvider(),
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl =
                file.Context.Request.Path.StartsWithSegments("/ui/assets", StringComparison.Ordinal)
                    ? "public, max-age=31536000, immutable" : "no-cache",
        });
    }
}
