// SPDX-License-Identifier: MIT
#include "app/configprinter.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace Tidegate {

namespace {

QString tomlText(const QString &text)
{
    QString result(u'"');
    for (const QChar c : text) {
        if (c == u'"' || c == u'\\')
            result += QStringLiteral("\\") + c;
        else if (c < u' ' || c == QChar(0x7f))
            result += QStringLiteral("\\u%1").arg(c.unicode(), 4, 16, QLatin1Char('0'));
        else
            result += c;
    }
    return result + u'"';
}

QString tomlKey(const QString &key)
{
    const bool isBare = std::all_of(key.begin(), key.end(), [](QChar c) {
        return c.unicode() < 0x80 && (c.isLetterOrNumber() || c == u'_' || c == u'-');
    });
    return isBare && !key.isEmpty() ? key : tomlText(key);
}

QString tomlValue(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::Bool:
        return value.toBool() ? QStringLiteral("true") : QStringLiteral("false");
    case QMetaType::LongLong:
        return QString::number(value.toLongLong());
    case QMetaType::QStringList: {
        QStringList items;
        for (const QString &item : value.toStringList())
            items.append(tomlText(item));
        return u'[' + items.join(QStringLiteral(", ")) + u']';
    }
    case QMetaType::QVariantMap: {
        QStringList items;
        const QVariantMap map = value.toMap();
        for (auto entry = map.cbegin(); entry != map.cend(); ++entry)
            items.append(tomlKey(entry.key()) + QStringLiteral(" = ") + tomlValue(entry.value()));
        return items.isEmpty() ? QStringLiteral("{}")
                               : QStringLiteral("{ ") + items.join(QStringLiteral(", ")) + QStringLiteral(" }");
    }
    default:
        return tomlText(value.toString());
    }
}

bool isHidden(const Setting &setting, const GatewayConfig &config)
{
    const QVariant value = setting.load(config);
    return setting.isSecret && !(value.toString().isEmpty() && value.toMap().isEmpty());
}

QVariant visibleValue(const Setting &setting, const GatewayConfig &config)
{
    return isHidden(setting, config) ? QVariant(QStringLiteral("***")) : setting.load(config);
}

QString otherNames(const Setting &setting)
{
    QStringList names{setting.environmentName()};
    if (!setting.ssmaName.isEmpty())
        names.append(setting.ssmaName);
    if (!setting.flag().isEmpty())
        names.append(setting.flag());
    return names.join(QStringLiteral(", "));
}

//! Calls \p visit for each setting, after a heading line whenever a section begins.
template <typename Visit>
void bySection(QString &text, Visit visit)
{
    QByteArray section;
    for (const Setting &setting : settings()) {
        if (setting.section() != section) {
            section = setting.section();
            text += (text.isEmpty() ? QStringLiteral("[%1]\n") : QStringLiteral("\n[%1]\n"))
                        .arg(QString::fromLatin1(section));
        }
        visit(setting);
    }
}

} // namespace

QString originOf(const Setting &setting, const GatewayConfig &config)
{
    return config.setBy.value(setting.key, QStringLiteral("default"));
}

QString visibleText(const Setting &setting, const GatewayConfig &config)
{
    return isHidden(setting, config) ? QStringLiteral("***") : tomlValue(setting.load(config));
}

QByteArray configAsToml(const GatewayConfig &config, OriginColumn origins)
{
    QString text;
    bySection(text, [&](const Setting &setting) {
        // A file made from this output must not turn the three stars into a password.
        if (isHidden(setting, config))
            text += u'#';
        text += QString::fromLatin1(setting.name()) + QStringLiteral(" = ") + tomlValue(visibleValue(setting, config));
        if (origins == OriginColumn::Shown)
            text += QStringLiteral("  # ") + originOf(setting, config);
        text += u'\n';
    });
    return text.toUtf8();
}

QByteArray configAsJson(const GatewayConfig &config, OriginColumn origins)
{
    QJsonObject root;
    for (const Setting &setting : settings()) {
        const QString section = QString::fromLatin1(setting.section());
        QJsonObject object = root.value(section).toObject();
        QJsonValue value = QJsonValue::fromVariant(visibleValue(setting, config));
        if (origins == OriginColumn::Shown)
            value =
                QJsonObject{{QStringLiteral("value"), value}, {QStringLiteral("origin"), originOf(setting, config)}};
        object.insert(QString::fromLatin1(setting.name()), value);
        root.insert(section, object);
    }
    return QJsonDocument(root).toJson(QJsonDocument::Indented);
}

QByteArray exampleToml()
{
    const GatewayConfig defaults;
    QString text = QStringLiteral("# Every setting of Tidegate with its default. Made by `tidegate config example`.\n"
                                  "# Precedence: this file < .env < environment < flags.\n"
                                  "# Marked (reload): taken over on SIGHUP; the others at the next start.\n");
    bySection(text, [&](const Setting &setting) {
        text += QStringLiteral("\n# %1%2\n# Expected: %3.\n# Also: %4\n#%5 = %6\n")
                    .arg(setting.help, setting.isReloadable ? QStringLiteral(" (reload)") : QString(), setting.expected,
                         otherNames(setting), QString::fromLatin1(setting.name()), tomlValue(setting.load(defaults)));
    });
    return text.toUtf8();
}

} // namespace Tidegate
