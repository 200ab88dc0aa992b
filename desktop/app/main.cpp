// SPDX-License-Identifier: MIT
#include "desktop/app/options.h"
#include "desktop/shell/autostart.h"
#include "desktop/shell/shell.h"
#include "desktop/shell/singleinstance.h"

#include <CLI/CLI.hpp>

#include <QApplication>
#include <QDir>
#include <QTextStream>

using namespace Tidegate;
using namespace Tidegate::Desktop;
using namespace Qt::StringLiterals;

namespace {

constexpr int Failed = 1;
constexpr int UsageError = 2;

constexpr auto Examples = R"(
Examples:
  tidegate-desktop                                     the gateway and its console
  tidegate-desktop ./dist --capabilities caps.json     a web frontend from a folder
  tidegate-desktop https://app.example --console       a site, with the console beside it
  tidegate-desktop ./dist --autostart on               start it when I log in

A second start hands its arguments to the running one. F12 shows the console.)";

int fail(const Error &error, int code)
{
    QTextStream(stderr) << u"tidegate-desktop: "_s << error.text << Qt::endl;
    return code;
}

void describe(CLI::App &cli, Options &options, std::vector<std::string> &words)
{
    cli.set_version_flag("--version", "tidegate-desktop " TIDEGATE_VERSION, "Print the version");
    cli.add_option("PAGE", words,
                   "Folder with an index.html, or URL; without it the console is shown. Deep links\n"
                   "(tidegate://...) may follow, or stand alone");
    cli.add_option("--capabilities", options.capabilities, "JSON file: what the page may use");
    cli.add_option("--data-dir", options.dataDir, "Where everything is kept (default: ~/.local/share/ID)");
    cli.add_option("-c,--config", options.configFile, "tidegate.toml for the gateway; its listen is not used");
    cli.add_option("--backend", options.backend, "Business backend's URL (backend.url)");
    cli.add_option("--id", options.id, "Name of this application: one instance of each id runs")
        ->capture_default_str()
        ->check([](const std::string &id) {
            const bool isFine = !id.empty() && id.size() <= 64 &&
                                id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string::npos;
            return isFine ? std::string() : std::string("small letters, digits, dots and dashes only");
        });
    cli.add_option("--title", options.title, "What windows and tray are called")->capture_default_str();
    cli.add_option("--theme", options.theme, "Of the console, for this run")
        ->check(CLI::IsMember({"system", "dark", "light"}));
    cli.add_option("--autostart", options.autostart, "Switch the start at login, or show it, and end")
        ->check(CLI::IsMember({"on", "off", "status"}));
    cli.add_flag("--console", options.hasConsoleBeside, "Show the console beside the page");
    cli.add_flag("--local-endpoint", options.hasLocalEndpoint, "Also offer the page URLs on a random loopback port");
    cli.add_flag("--no-tray", options.hasNoTray, "No tray icon: closing the last window quits");
    cli.add_flag("--hidden", options.isHidden, "Start in the tray");
    cli.footer(Examples);
}

int switchAutostart(const Options &options, const QString &program)
{
    Autostart autostart(QString::fromStdString(options.id), QString::fromStdString(options.title),
                        autostartCommandOf(options, program));
    if (options.autostart != "status") {
        if (const auto changed = autostart.setEnabled(options.autostart == "on"); !changed)
            return fail(changed.error(), Failed);
    }
    QTextStream(stdout) << (autostart.isEnabled() ? u"on "_s : u"off "_s) << autostart.path() << Qt::endl;
    return 0;
}

int run(const Options &options)
{
    const QString dataDir = dataDirOf(options);
    QDir().mkpath(dataDir);
    SingleInstance instance(QString::fromStdString(options.id), options.dataDir.empty() ? QString() : dataDir);
    QStringList links;
    for (const std::string &link : options.links)
        links.append(QString::fromStdString(link));
    if (!instance.isFirst())
        return instance.handOver(links)
                   ? 0
                   : fail({ErrorCode::Unavailable, u"it runs already and does not answer"_s}, Failed);

    auto config = shellConfigOf(options);
    if (!config)
        return fail(config.error(), UsageError);
    const auto window = windowOf(options);
    if (!window)
        return fail(window.error(), UsageError);
    config->autostartCommand = autostartCommandOf(options, QCoreApplication::applicationFilePath());
    Shell shell(std::move(*config));
    if (const auto started = shell.start(); !started)
        return fail(started.error(), Failed);
    if (const auto opened = shell.openWindow(*window); !opened)
        return fail(opened.error(), Failed);
    QObject::connect(&instance, &SingleInstance::handedOver, &shell, &Shell::activate);
    if (!links.isEmpty())
        shell.activate(links);
    return QApplication::exec();
}

} // namespace

int main(int argc, char **argv)
{
    Options options;
    CLI::App cli{"Tidegate as a desktop application: the gateway with a frontend in front.", "tidegate-desktop"};
    std::vector<std::string> words;
    describe(cli, options, words);
    // Before there is an application object: --help needs no display.
    try {
        cli.parse(argc, argv);
    } catch (const CLI::Success &request) {
        return cli.exit(request);
    } catch (const CLI::ParseError &error) {
        return fail({ErrorCode::InvalidContract, QString::fromStdString(error.what()) + u"; see --help"_s}, UsageError);
    }
    if (const auto taken = options.take(words); !taken)
        return fail(taken.error(), UsageError);
    if (!options.autostart.empty()) {
        const QCoreApplication app(argc, argv);
        return switchAutostart(options, QCoreApplication::applicationFilePath());
    }
    Shell::prepare();
    QApplication app(argc, argv);
    QApplication::setApplicationName(QString::fromStdString(options.id));
    QApplication::setApplicationVersion(QStringLiteral(TIDEGATE_VERSION));
    QApplication::setDesktopFileName(u"tidegate-desktop"_s);
    QApplication::setWindowIcon(QIcon(u":/tidegate/tidegate.png"_s));
    return run(options);
}
