// SPDX-License-Identifier: MIT
#include "client/demopage.h"

#include <QJsonArray>
#include <QVariant>

namespace Tidegate {

namespace {

QString pane(const QString &side)
{
    return QStringLiteral("[data-side=%1]").arg(side);
}

QStringList texts(const QJsonValue &value)
{
    return value.toArray().toVariantList().isEmpty() ? QStringList()
                                                     : QVariant(value.toArray().toVariantList()).toStringList();
}

} // namespace

void DemoPage::addTask(const QString &side, const QString &title)
{
    m_browser.click(pane(side) + QStringLiteral(" .add input"));
    m_browser.type(title);
    m_browser.press(QStringLiteral("Enter"));
}

void DemoPage::setOffline(const QString &side, bool isOffline)
{
    if ((state(side) == QStringLiteral("offline")) != isOffline)
        m_browser.click(pane(side) + QStringLiteral(" [data-action=offline]"));
}

bool DemoPage::act(const QString &side, const QString &title, const QString &action)
{
    const QString control =
        action == QStringLiteral("done") ? QStringLiteral(".done") : QStringLiteral("[data-action=%1]").arg(action);
    m_browser.evaluate(QStringLiteral("document.querySelectorAll('.task').forEach((t) => t.toggleAttribute("
                                      "'data-picked', t.querySelector('.title').textContent === '%1'))")
                           .arg(title));
    return m_browser.click(pane(side) + QStringLiteral(" .task[data-picked] ") + control);
}

void DemoPage::rename(const QString &title, const QString &key)
{
    m_browser.evaluate(QStringLiteral("document.activeElement.select()"));
    m_browser.type(title);
    m_browser.press(key);
}

QStringList DemoPage::tasks(const QString &side)
{
    return texts(inPane(side, QStringLiteral("[...pane.querySelectorAll('.task')].map((t) => "
                                             "(t.querySelector('.done').checked ? '[x] ' : '') + "
                                             "t.querySelector('.title').textContent + '|' + t.dataset.state)")));
}

int DemoPage::taskCount(const QString &side)
{
    return inPane(side, QStringLiteral("pane.querySelectorAll('.task').length")).toInt();
}

QString DemoPage::field(const QString &side, const QString &name)
{
    return inPane(side, QStringLiteral("pane.querySelector('[data-field=%1]').innerText").arg(name)).toString();
}

QStringList DemoPage::frames(const QString &side)
{
    return texts(inPane(side, QStringLiteral("[...pane.querySelectorAll('.frame')].map((f) => "
                                             "f.querySelector('.arrow').textContent + f.dataset.type)")));
}

QString DemoPage::state(const QString &side)
{
    return inPane(side, QStringLiteral("pane.dataset.state")).toString();
}

bool DemoPage::areBothLive()
{
    return state(QStringLiteral("left")) == QStringLiteral("live") &&
           state(QStringLiteral("right")) == QStringLiteral("live");
}

QJsonValue DemoPage::inPane(const QString &side, const QString &expression)
{
    return m_browser.evaluate(
        QStringLiteral("(() => { const pane = document.querySelector('%1'); return pane ? %2 : null; })()")
            .arg(pane(side), expression));
}

} // namespace Tidegate
