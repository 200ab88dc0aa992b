// SPDX-License-Identifier: MIT
#include "desktop/app/options.h"

#include "app/configloader.h"
#include "app/configtable.h"
#include "app/embedding.h"

#include <QFileInfo>
#include <QStandardPaths>

namespace Tidegate::Desktop {

using namespace Qt::StringLiterals;

namespace {

QString text(const std::string &typed)
{
    return QString::fromStdString(typed);
}

QString absolute(const std::string &typed)
{
    return QFileInfo(text(typed)).absoluteFilePath();
}

bool isUrl(const QString &typed)
{
    return typed.startsWith("https://"_L1) || typed.startsWith("http://"_L1);
}

Result<GatewayConfig> gatewayOf(const Options &options)
{
    ConfigSources sources;
    sources.flags.insert("server.data_dir", dataDirOf(options));
    if (!options.configFile.empty())
        sources.tomlPath = absolute(options.configFile);
    if (!options.backend.empty())
        sources.flags.insert("backend.url", text(options.backend));
    auto config = loadConfig(sources);
    if (!config)
        return Error{ErrorCode::InvalidContract, problemLines(config.error()).join(u'\n')};
    config->server.listen.clear(); // a desktop application opens no port; --local-endpoint is its one exception
    return std::move(*config);
}

} // namespace

Result<void> Options::take(const std::vector<std::string> &words)
{
    for (const std::string &word : words) {
        if (word.starts_with("tidegate://"))
            links.push_back(word);
        else if (page.empty())
            page = word;
        else
            return Error{ErrorCode::InvalidContract,
                         u"\"%1\" is one PAGE too many: only deep links (tidegate://...) may follow \"%2\""_s.arg(
                             text(word), text(page))};
    }
    return {};
}

QString dataDirOf(const Options &options)
{
    if (!options.dataDir.empty())
        return absolute(options.dataDir);
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + u'/' + text(options.id);
}

Result<ShellConfig> shellConfigOf(const Options &options)
{
    static const QStringList Themes{u"system"_s, u"dark"_s, u"light"_s};
    ShellConfig config;
    config.id = text(options.id);
    config.title = text(options.title);
    config.icon = QIcon(u":/tidegate/tidegate.png"_s);
    config.deepLinkScheme = u"tidegate"_s;
    config.hasTray = !options.hasNoTray;
    config.hasLocalEndpoint = options.hasLocalEndpoint;
    config.themeMode = int(Themes.indexOf(text(options.theme)));
    auto gateway = gatewayOf(options);
    if (!gateway)
        return gateway.error();
    config.gateway = std::move(*gateway);
    const QString page = text(options.page);
    if (!page.isEmpty() && !isUrl(page)) {
        if (!QFileInfo(page).isDir())
            return Error{ErrorCode::NotFound, u"%1 is neither a folder nor a URL"_s.arg(page)};
        config.webFolder = absolute(options.page);
    }
    if (!options.capabilities.empty()) {
        auto capabilities = Capabilities::load(text(options.capabilities));
        if (!capabilities)
            return capabilities.error();
        config.capabilities = std::move(*capabilities);
    }
    return config;
}

Result<WindowOptions> windowOf(const Options &options)
{
    WindowOptions window;
    const QString page = text(options.page);
    if (isUrl(page)) {
        window.page = QUrl(page, QUrl::StrictMode);
        const bool isLocal = window.page.host() == "localhost"_L1 || window.page.host() == "127.0.0.1"_L1;
        // What comes over the network in the clear is anybody's page, and it would get the bridge.
        if (window.page.scheme() == "http"_L1 && !isLocal)
            return Error{ErrorCode::Forbidden, u"%1: a page from another machine needs https"_s.arg(page)};
        if (!window.page.isValid() || window.page.host().isEmpty())
            return Error{ErrorCode::InvalidContract, u"%1 is not a URL"_s.arg(page)};
    } else if (!page.isEmpty()) {
        window.page = QUrl(u"tidegate://app/"_s);
    }
    window.hasConsoleBeside = options.hasConsoleBeside;
    window.isShown = !options.isHidden;
    return window;
}

QStringList autostartCommandOf(const Options &options, const QString &program)
{
    QStringList command{program, u"--hidden"_s};
    const auto add = [&](const char *flag, const QString &value) { command << QString::fromLatin1(flag) << value; };
    const QString page = text(options.page);
    if (!page.isEmpty())
        command << (isUrl(page) ? page : absolute(options.page));
    for (const auto &[flag, typed] :
         {std::pair("--capabilities", &options.capabilities), std::pair("--data-dir", &options.dataDir),
          std::pair("--config", &options.configFile)}) {
        if (!typed->empty())
            add(flag, absolute(*typed));
    }
    for (const auto &[flag, typed] : {std::pair("--id", &options.id), std::pair("--title", &options.title),
                                      std::pair("--backend", &options.backend)}) {
        if (!typed->empty())
            add(flag, text(*typed));
    }
    if (options.hasLocalEndpoint)
        command << u"--local-endpoint"_s;
    if (options.hasConsoleBeside)
        command << u"--console"_s;
    return command;
}

} // namespace Tidegate::Desktop
