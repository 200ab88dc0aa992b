// SPDX-License-Identifier: MIT
#include "qml/demo/scenes.h"

#include <QDir>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QImageWriter>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QQuickItem>

#include <memory>

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

Scenes::Scenes(QQuickView &view, Admin::ScriptedAdminPort &port)
    : m_view(view)
    , m_port(port)
{
}

bool Scenes::takePictures(const QString &folder, const QStringList &only)
{
    QQmlComponent component(m_view.engine(), QUrl(u"qrc:/demo/Scenes.qml"_s));
    const std::unique_ptr<QObject> scenes(
        component.createWithInitialProperties({{u"shell"_s, QVariant::fromValue(m_view.rootObject())}}));
    if (!scenes) {
        qCritical("%s", qPrintable(component.errorString()));
        return false;
    }
    const QStringList all = scenes->property("names").toStringList();
    for (const QString &name : only) {
        if (!all.contains(name)) {
            qCritical("--only: %s is none of %s", qPrintable(name), qPrintable(all.join(u", ")));
            return false;
        }
    }
    QDir().mkpath(folder);
    for (const QString &theme : {u"dark"_s, u"light"_s}) {
        QMetaObject::invokeMethod(scenes.get(), "setTheme", Q_ARG(QString, theme));
        for (const QString &name : only.isEmpty() ? all : only) {
            m_port.setState({name == u"offline"_s ? Admin::PortState::Kind::Offline : Admin::PortState::Kind::Online,
                             name == u"offline"_s ? 8000 : 0,
                             name == u"offline"_s ? u"connection refused"_s : QString()});
            QMetaObject::invokeMethod(scenes.get(), "play", Q_ARG(QString, name));
            settle(1800);
            if (!takePicture(QDir(folder).filePath(name + u'-' + theme + u".png"_s)))
                return false;
            QMetaObject::invokeMethod(scenes.get(), "clear");
        }
    }
    return true;
}

bool Scenes::takePicture(const QString &file)
{
    QImageWriter writer(file, "png");
    writer.setCompression(100);
    // Nothing in a window is see-through: an alpha channel would be bytes for nothing.
    return writer.write(m_view.grabWindow().convertToFormat(QImage::Format_RGB888));
}

void Scenes::settle(int ms)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < ms)
        QGuiApplication::processEvents(QEventLoop::WaitForMoreEvents, 50);
}

} // namespace Tidegate::Console
