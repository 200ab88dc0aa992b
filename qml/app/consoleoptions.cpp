// SPDX-License-Identifier: MIT
#include "qml/app/consoleoptions.h"

#include "admin/adminport.h"
#include "qml/session/connector.h"

#include <QCommandLineParser>
#include <QFile>

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

namespace {

constexpr int UsageError = 2;
//! A token is a line of text; more than this is some other file.
constexpr qint64 MaxTokenBytes = 16 * 1024;

ConsoleExit failure(const QString &text)
{
    return {UsageError, u"tidegate-console: "_s + text};
}

Result<QString> tokenFrom(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorCode::NotFound, u"--token-file: %1: %2"_s.arg(path, file.errorString())};
    const QByteArray bytes = file.read(MaxTokenBytes + 1); // a pipe or device does not tell its size
    if (bytes.size() > MaxTokenBytes)
        return Error{ErrorCode::TooLarge, u"--token-file: %1 is too big for a token"_s.arg(path)};
    const QString token = QString::fromUtf8(bytes).trimmed();
    if (token.isEmpty())
        return Error{ErrorCode::InvalidContract, u"--token-file: %1 is empty"_s.arg(path)};
    return token;
}

//! Flags that QGuiApplication takes for itself; it has not looked at them yet.
QStringList withoutQtFlags(const QStringList &arguments)
{
    static const QStringList WithValue{u"platform"_s,      u"platformpluginpath"_s,
                                       u"platformtheme"_s, u"plugin"_s,
                                       u"session"_s,       u"qwindowgeometry"_s,
                                       u"qwindowtitle"_s,  u"qwindowicon"_s,
                                       u"geometry"_s,      u"display"_s,
                                       u"title"_s,         u"icon"_s};
    QStringList kept;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString &argument = arguments[i];
        const QString name =
            argument.startsWith("--"_L1) ? argument.sliced(2) : argument.sliced(argument.startsWith(u'-'));
        if (argument.startsWith(u'-') && WithValue.contains(name))
            ++i;
        else if (!argument.startsWith("-qmljsdebugger="_L1) && argument != "-reverse"_L1)
            kept.append(argument);
    }
    return kept;
}

} // namespace

std::optional<ConsoleExit> readConsoleOptions(const QStringList &arguments, ConsoleOptions &options)
{
    static const QStringList Themes{u"system"_s, u"dark"_s, u"light"_s};
    QCommandLineParser parser;
    parser.setApplicationDescription(u"The operators' console of a Tidegate gateway."_s);
    const QCommandLineOption help = parser.addHelpOption();
    const QCommandLineOption version = parser.addVersionOption();
    parser.addPositionalArgument(
        u"URL"_s, u"Gateway to look at, like http://localhost:5050; without it one is asked for."_s, u"[URL]"_s);
    parser.addOptions(
        {{u"token-file"_s, u"File with the token of a staff or admin account, or an API key."_s, u"FILE"_s},
         {u"theme"_s, u"%1; without it as last chosen."_s.arg(Themes.join(u", "_s)), u"NAME"_s}});
    if (!parser.parse(withoutQtFlags(arguments)))
        return failure(parser.errorText() + u"; --help says more"_s);
    if (parser.isSet(help) || parser.isSet(u"help-all"_s))
        return ConsoleExit{0, parser.helpText().trimmed()};
    if (parser.isSet(version))
        return ConsoleExit{0, u"tidegate-console "_s + QStringLiteral(TIDEGATE_VERSION)};
    const QStringList urls = parser.positionalArguments();
    if (urls.size() > 1)
        return failure(u"one URL at most; --help says more"_s);
    const QString theme = parser.value(u"theme"_s);
    options.theme = int(Themes.indexOf(theme));
    if (parser.isSet(u"theme"_s) && options.theme < 0)
        return failure(u"--theme must be one of %1"_s.arg(Themes.join(u", "_s)));
    if (!urls.isEmpty()) {
        options.url = urls.front();
        if (const QString problem = Connector::problemOf(options.url); !problem.isEmpty())
            return failure(u"%1: %2"_s.arg(options.url, problem));
    }
    if (!parser.isSet(u"token-file"_s))
        return {};
    const Result<QString> token = tokenFrom(parser.value(u"token-file"_s));
    if (!token)
        return failure(token.error().text);
    options.token = *token;
    return {};
}

} // namespace Tidegate::Console
