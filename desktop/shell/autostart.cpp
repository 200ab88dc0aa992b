// SPDX-License-Identifier: MIT
#include "desktop/shell/autostart.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QStandardPaths>

namespace Tidegate::Desktop {

using namespace Qt::StringLiterals;

namespace {

//! Desktop Entry Specification, "The Exec key": quoted, with the shell's own characters and field codes escaped. The
//! value is a string of the file as well, where a backslash is written twice.
QString quoted(const QString &argument)
{
    QString text;
    for (const QChar c : argument) {
        if (c == u'\\')
            text += uR"(\\\\)"_s;
        else if (c == u'"' || c == u'`' || c == u'$')
            text += uR"(\\)"_s + c;
        else if (c == u'%')
            text += u"%%"_s;
        else
            text += c;
    }
    return u'"' + text + u'"';
}

QString oneLine(QString text)
{
    return text.replace(u'\n', u' ').replace(u'\r', u' ');
}

} // namespace

Autostart::Autostart(const QString &id, QString title, QStringList command, const QString &folder)
    : m_path((folder.isEmpty()
                  ? QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u"/autostart"_s
                  : folder) +
             u'/' + id + u".desktop"_s)
    , m_title(std::move(title))
    , m_command(std::move(command))
{
}

bool Autostart::isEnabled() const
{
    QFile file(m_path);
    // A desktop's own switch leaves the file there and says so in it.
    return file.open(QIODevice::ReadOnly) && !file.readAll().contains("\nHidden=true");
}

Result<void> Autostart::setEnabled(bool isEnabled)
{
    const auto failed = [this](const QString &why) { return Error{ErrorCode::Storage, u"%1: %2"_s.arg(m_path, why)}; };
    if (!isEnabled) {
        QFile file(m_path);
        if (file.exists() && !file.remove())
            return failed(file.errorString());
        return {};
    }
    QStringList words;
    for (const QString &argument : m_command)
        words.append(quoted(oneLine(argument)));
    QDir().mkpath(QFileInfo(m_path).path());
    QSaveFile file(m_path);
    if (!file.open(QIODevice::WriteOnly))
        return failed(file.errorString());
    file.write(u"[Desktop Entry]\nType=Application\nName=%1\nExec=%2\nX-GNOME-Autostart-enabled=true\n"_s
                   .arg(oneLine(m_title), words.join(u' '))
                   .toUtf8());
    if (!file.commit())
        return failed(file.errorString());
    return {};
}

} // namespace Tidegate::Desktop
